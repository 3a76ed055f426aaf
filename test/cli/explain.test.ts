import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../src/cli/explain.ts';
import type { VerdictRow } from '../../src/judge/record.ts';
import type { CallExplanation, Explanation } from '../../src/web/explanation.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  NOW,
  aBan,
  anExplanation,
  fakeControl,
  served,
} from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

const row: VerdictRow = {
  seenAt: NOW - 3 * HOUR,
  pbx: 'acme',
  event: 'auth-failure',
  address: '203.0.113.9',
  port: 5060,
  transport: 'udp',
  target: '203.0.113.9',
  verdict: 'ban',
  rule: 'auth-failure',
  why: '10 wrong passwords in 4 min',
  proof: 'proven',
  account: '100',
  userAgent: 'friendly-scanner',
};

const outcast = anExplanation({
  standing: ['10 hits of auth-failure within 10m', '2 accounts tried: 100, 101'],
  bans: [
    aBan(),
    {
      ...aBan({ since: NOW - 3 * DAY, until: NOW - 3 * DAY + HOUR, quarantine: true }),
      rule: 'flood',
      why: '200 events in 10 s',
      ended: { how: 'released', at: NOW - 2 * DAY, by: 'anna', because: 'customer called' },
    },
    {
      ...aBan({ since: NOW - 9 * DAY, until: NOW - 8 * DAY }),
      ended: { how: 'expired', at: NOW - 8 * DAY },
    },
  ],
  shutOut: {
    until: NOW + 21 * HOUR,
    rule: 'auth-failure',
    why: '10 wrong passwords in 4 min',
    quarantine: false,
  },
  verdicts: [
    row,
    {
      ...row,
      seenAt: NOW - 4 * HOUR,
      event: 'call',
      verdict: 'reject',
      rule: 'stranger-call',
      why: 'a stranger calls',
      proof: 'forgeable',
      port: 0,
      callingNumber: '1000',
      calledNumber: '900441234567',
    },
  ],
});

const OUTCAST = `203.0.113.9 is a stranger: no trunk, no trusted network, no live registration.
It is shut out until 2026-03-02 11:05 (in 21h) by auth-failure: 10 wrong
passwords in 4 min.

In plain words
  It gave a wrong password again and again. From a stranger that is guessing;
  from a phone of yours it is an old password: give that phone its new one
  first, or it is kept out again.
  So nothing from there reaches the phone system before 2026-03-02 11:05 (in
  21h). Then it may try again; should it do the same, it is kept out for longer.
  If it is one of yours after all: ghostgate unban 203.0.113.9

Standing
  10 hits of auth-failure within 10m
  2 accounts tried: 100, 101

Earlier bans
  2026-02-26 14:05  quarantine of 1h by flood: 200 events in 10 s; released 2d
                    ago by anna (customer called)
  2026-02-20 14:05  ban of 1d by auth-failure: 10 wrong passwords in 4 min;
                    expired

Verdicts, newest first
  2026-03-01 11:05:30 (3h ago)  ban by auth-failure
    10 wrong passwords in 4 min
    auth-failure on acme from 203.0.113.9:5060 over udp, proven, account "100",
    agent "friendly-scanner"
  2026-03-01 10:05:30 (4h ago)  reject by stranger-call
    a stranger calls
    call on acme from 203.0.113.9 over udp, forgeable, account "100", from
    "1000", to "900441234567", agent "friendly-scanner"
`;

const stories: [string, Explanation, string][] = [
  ['an outcast', outcast, OUTCAST],
  [
    'a known source',
    anExplanation({ known: 'trunk gntel' }),
    `203.0.113.9 is known: trunk gntel.
It is not shut out.

No verdict about it is remembered.
`,
  ],
  [
    'a released IPv6 source',
    anExplanation({
      address: '2001:db8:1:2::7',
      target: '2001:db8:1:2::/64',
      graceUntil: NOW + HOUR,
    }),
    `2001:db8:1:2::7 (judged as 2001:db8:1:2::/64) is a stranger: no trunk, no
trusted network, no live registration.
It is not shut out.
Released by hand: no rule bans it before 2026-03-01 15:05 (in 1h).

In plain words
  It was let in again, and is left alone for now.

No verdict about it is remembered.
`,
  ],
  [
    'a quarantined one',
    anExplanation({
      shutOut: { until: NOW + 9 * MINUTE, rule: 'flood', why: '200 events', quarantine: true },
    }),
    `203.0.113.9 is a stranger: no trunk, no trusted network, no live registration.
It is quarantined until 2026-03-01 14:14 (in 9m) by flood: 200 events.

In plain words
  It sent far more in a few seconds than any phone does, enough to slow the
  phone system down for everybody.
  So nothing from there reaches the phone system before 2026-03-01 14:14 (in
  9m). That is a short time on purpose: such packets can be sent under somebody
  else’s address.
  If it is one of yours after all: ghostgate unban 203.0.113.9

No verdict about it is remembered.
`,
  ],
];

for (const [name, explanation, text] of stories) {
  test(`the story of ${name}`, async (context) => {
    const socket = await served(context, fakeControl({ explain: () => explanation }));
    const output = recorder();
    assert.equal(await explain(['203.0.113.9', '--socket', socket], output, NOW), 0);
    assert.equal(output.written.out, text);
    const json = recorder();
    assert.equal(await explain(['203.0.113.9', '--json', '--socket', socket], json, NOW), 0);
    assert.deepEqual(JSON.parse(json.written.out), explanation);
  });
}

test('what was decided again and again is told once, with --all each time', async (context) => {
  const again = (at: number): VerdictRow => ({
    ...row,
    seenAt: NOW - at * MINUTE,
    verdict: 'watch',
    why: `${9 - at} wrong passwords; already shut out until 2026-03-01 12:00 UTC`,
  });
  const verdicts = [again(1), again(2), again(3), row];
  const socket = await served(context, fakeControl({ explain: () => anExplanation({ verdicts }) }));
  const [short, long] = [recorder(), recorder()];
  assert.equal(await explain(['203.0.113.9', '--socket', socket], short, NOW), 0);
  assert.match(
    short.written.out,
    /watch by auth-failure\n    8 wrong [^]*\n    the newest of 3 such since 2026-03-01 14:02:30\n[^]*ban by auth-failure/,
  );
  assert.equal(short.written.out.match(/watch by/g)?.length, 1);
  assert.equal(await explain(['203.0.113.9', '--all', '--socket', socket], long, NOW), 0);
  assert.equal(long.written.out.match(/watch by/g)?.length, 3);
});

const ofCall: CallExplanation = {
  call: 'PJSIP/anonymous-0000002a',
  verdicts: [
    {
      ...row,
      seenAt: NOW - HOUR + 2000,
      event: 'call-ended',
      verdict: 'pass',
      rule: 'none',
      why: 'no phone was rung',
    },
    {
      ...row,
      seenAt: NOW - HOUR,
      event: 'call',
      verdict: 'reject',
      rule: 'stranger-call',
      why: 'a stranger calls (1 of 3 in 10 min)',
      proof: 'forgeable',
      callingNumber: '100',
      calledNumber: '201',
    },
  ],
  source: anExplanation(),
};

test('the story of a call', async (context) => {
  const asked: string[] = [];
  const explainCall = (call: string): CallExplanation | undefined => {
    asked.push(call);
    return call === ofCall.call ? ofCall : undefined;
  };
  const socket = await served(context, fakeControl({ explainCall }));
  const output = recorder();
  assert.equal(await explain([ofCall.call, '--socket', socket], output, NOW), 0);
  assert.match(output.written.out, /^The call showing "100" to "201" came from 203\.0\.113\.9 on/);
  assert.match(output.written.out, /rejected by the rule stranger-call/);
  assert.match(output.written.out, /No phone was rung; it was over after 2s\./);
  const json = recorder();
  assert.equal(await explain([ofCall.call, '--json', '--socket', socket], json, NOW), 0);
  assert.deepEqual(JSON.parse(json.written.out), ofCall);
  const none = recorder();
  assert.equal(await explain(['x@198.51.100.7', '--socket', socket], none, NOW), 1);
  assert.match(none.written.err, /no call x@198\.51\.100\.7 is remembered/);
  assert.deepEqual(asked, [ofCall.call, ofCall.call, 'x@198.51.100.7']);
});
