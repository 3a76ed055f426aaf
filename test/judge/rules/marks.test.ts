import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../../src/judge/verdict.ts';
import { call, court, plain, START } from '../fixture.ts';
import type { Row } from './rows.ts';
import { off, open, testRows } from './rows.ts';

const junk = { hits: 2, withinSeconds: 600, numbers: [], names: [], patterns: [] };

/** What senders say of themselves and whom they dial, against lists, patterns and shapes. */
const rows: Row[] = [
  {
    name: 'junk by pattern',
    event: call({ callingNumber: '77' }),
    want: ['reject', 'junk-caller-id'],
    why: /"77"/,
    policy: { ...open, rules: { 'junk-caller-id': { ...junk, patterns: ['^[0-9]{1,2}$'] } } },
  },
  {
    name: 'no caller ID is found by no pattern',
    event: call({ callingNumber: '' }),
    want: ['pass', 'no-rule'],
    policy: { ...open, rules: { 'junk-caller-id': { ...junk, patterns: ['^[^0-9]*$|x'] } } },
  },
  {
    name: 'scanner by pattern',
    event: call({ userAgent: 'VOIP77' }),
    want: ['reject', 'scanner-user-agent'],
    why: /"\^voip\[0-9\]\+\$"/,
    policy: {
      ...open,
      rules: {
        'scanner-user-agent': {
          hits: 2,
          withinSeconds: 60,
          agents: [],
          patterns: ['^voip[0-9]+$'],
        },
      },
    },
  },
  {
    name: 'dialled junk',
    event: call({ calledNumber: '666' }),
    want: ['reject', 'dialled-junk'],
    policy: open,
  },
  {
    name: 'dialled junk by pattern, at the limit',
    event: call({ calledNumber: '000972597562518' }),
    times: 2,
    want: ['ban', 'dialled-junk'],
    why: /^2 numbers dialled as only scanners do in 1 s \(limit 2 in 10 min\)/,
    policy: open,
  },
  {
    name: 'dialled junk under a wrong password (FreeSWITCH)',
    event: plain('auth-failure', { calledNumber: '000972597562518' }),
    times: 2,
    want: ['ban', 'dialled-junk'],
  },
  {
    name: 'dialled junk, only challenged yet',
    event: plain('challenged', { calledNumber: '000972597562518' }),
    times: 9,
    want: ['pass', 'none'],
  },
  {
    name: 'dialled junk, rule off',
    event: call({ calledNumber: '666' }),
    want: ['pass', 'no-rule'],
    policy: off('dialled-junk'),
  },
  {
    name: "SIPVicious's From tag",
    event: call({ fromTag: '6434396633623535313363340131363131333837383137' }),
    want: ['ban', 'scanner-shape'],
    why: /SIPVicious/,
    policy: open,
  },
  ...['469477546', '15887SIPpTag1', 'as4dd36ef2', '64343966', '3031303201', ''].map((fromTag) => ({
    name: `honest From tag ${fromTag}`,
    event: call({ fromTag }),
    want: ['pass', 'no-rule'] as [Answer, string],
    policy: open,
  })),
  {
    name: "SIPVicious's From host",
    event: call({ fromHost: '1.1.1.1' }),
    want: ['ban', 'scanner-shape'],
    policy: open,
  },
  {
    name: "svmap's Call-ID",
    event: plain('challenged', { callId: '848036219892571567547991' }),
    want: ['ban', 'scanner-shape'],
    why: /svmap/,
  },
  ...['2475907048', 'yko5kuhf6txydyq3@198.18.11.36', '0_1234567890@10.0.0.5', '3c26700857a8'].map(
    (callId) => ({
      name: `honest Call-ID ${callId}`,
      event: plain('auth-failure', { callId, account: '214' }),
      times: 9,
      want: ['watch', 'auth-failure'] as [Answer, string],
    }),
  ),
  {
    name: 'shape, rule off',
    event: call({ fromHost: '1.1.1.1' }),
    want: ['pass', 'no-rule'],
    policy: off('scanner-shape'),
  },
];

testRows(rows);

test('several accounts under the Call-IDs of svwar are a shape; of an honest phone, one account', () => {
  const { see } = court();
  const answers = ['101', '102', '103'].map((account, at) => {
    const facts = { account, callId: `367253904${at}`, seenAt: START + at };
    return see(plain('unknown-account', facts));
  });
  assert.deepEqual(
    answers.map(({ answer, rule }) => [answer, rule]),
    [
      ['watch', 'unknown-account'],
      ['watch', 'unknown-account'],
      ['ban', 'scanner-shape'],
    ],
  );
});
