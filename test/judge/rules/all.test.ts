import { call, plain } from '../fixture.ts';
import type { Row } from './rows.ts';
import { off, open, testRows } from './rows.ts';

const rows: Row[] = [
  {
    name: 'stranger',
    event: call(),
    want: ['reject', 'stranger-call'],
    why: /to 6001 from a stranger.*\(1 of 3 in 10 min\)/,
  },
  {
    name: 'stranger, at the limit',
    event: call(),
    times: 3,
    want: ['ban', 'stranger-call'],
    why: /^3 calls from a stranger in 2 s \(limit 3 in 10 min\)/,
  },
  {
    name: 'stranger, watched',
    event: call(),
    times: 9,
    want: ['watch', 'stranger-call'],
    policy: { fromStrangers: 'watch' },
  },
  { name: 'stranger, let in', event: call(), times: 9, want: ['pass', 'no-rule'], policy: open },
  {
    name: 'stranger, rule off',
    event: call(),
    want: ['pass', 'no-rule'],
    policy: { rules: { 'stranger-call': undefined } },
  },
  {
    name: 'junk number',
    event: call({ callingNumber: '100' }),
    want: ['reject', 'junk-caller-id'],
    why: /"100"/,
    policy: open,
  },
  {
    name: 'junk number, at the limit',
    event: call({ callingNumber: '100' }),
    times: 2,
    want: ['ban', 'junk-caller-id'],
    policy: open,
  },
  {
    name: 'junk name',
    event: call({ callingName: 'SipVicious' }),
    want: ['reject', 'junk-caller-id'],
    policy: open,
  },
  {
    name: 'junk name as number',
    event: call({ callingNumber: 'sipvicious' }),
    want: ['reject', 'junk-caller-id'],
    policy: open,
  },
  {
    name: 'number that begins like junk',
    event: call({ callingNumber: '1001' }),
    want: ['pass', 'no-rule'],
    policy: open,
  },
  {
    name: 'no caller ID',
    event: call({ callingNumber: '' }),
    want: ['pass', 'no-rule'],
    policy: open,
  },
  {
    name: 'no caller ID, listed as junk',
    event: call({ callingNumber: '' }),
    want: ['reject', 'junk-caller-id'],
    policy: {
      ...open,
      rules: {
        'junk-caller-id': { hits: 2, withinSeconds: 600, numbers: [''], names: [], patterns: [] },
      },
    },
  },
  {
    name: 'junk, rule off',
    event: call({ callingNumber: '100' }),
    want: ['pass', 'no-rule'],
    policy: off('junk-caller-id'),
  },
  {
    name: 'scanner',
    event: call({ userAgent: 'SIPCLI/v1.8' }),
    want: ['reject', 'scanner-user-agent'],
    why: /"sipcli"/,
    policy: open,
  },
  {
    name: 'scanner, at the limit',
    event: call({ userAgent: 'sipcli/v1.8' }),
    times: 2,
    want: ['ban', 'scanner-user-agent'],
    policy: open,
  },
  {
    name: 'scanner registers',
    event: plain('acl-denied', { userAgent: 'friendly-scanner' }),
    want: ['watch', 'scanner-user-agent'],
  },
  {
    name: 'honest user agent',
    event: call({ userAgent: 'Yealink SIP-T46S' }),
    want: ['pass', 'no-rule'],
    policy: open,
  },
  {
    name: 'scanner, rule off',
    event: call({ userAgent: 'sipcli' }),
    want: ['pass', 'no-rule'],
    policy: off('scanner-user-agent'),
  },
  {
    name: 'injected',
    event: call({ injected: true }),
    want: ['ban', 'bad-request'],
    why: /control characters/,
    policy: open,
  },
  {
    name: 'bad request',
    event: plain('bad-request'),
    times: 2,
    want: ['watch', 'bad-request'],
    why: /2 of 3/,
  },
  { name: 'bad requests', event: plain('bad-request'), times: 3, want: ['ban', 'bad-request'] },
  {
    name: 'bad request, rule off',
    event: plain('bad-request'),
    want: ['pass', 'no-rule'],
    policy: off('bad-request'),
  },
  {
    name: 'wrong password',
    event: plain('auth-failure', { account: '214' }),
    times: 9,
    want: ['watch', 'auth-failure'],
    why: /account 214 \(9 of 10 in 10 min\)/,
  },
  {
    name: 'wrong passwords',
    event: plain('auth-failure', { account: '214' }),
    times: 10,
    want: ['ban', 'auth-failure'],
    why: /^10 wrong passwords for 1 account in 9 s \(limit 10 in 10 min\); could be forged, so quarantine only$/,
  },
  {
    name: 'wrong password, rule off',
    event: plain('auth-failure'),
    want: ['pass', 'no-rule'],
    policy: off('auth-failure'),
  },
  {
    name: 'unknown account',
    event: plain('unknown-account', { account: '9999' }),
    want: ['watch', 'unknown-account'],
    why: /9999/,
  },
  {
    name: 'unknown accounts',
    event: plain('unknown-account', { account: '9999' }),
    times: 10,
    want: ['ban', 'unknown-account'],
  },
  {
    name: 'unknown account, rule off',
    event: plain('unknown-account'),
    want: ['pass', 'no-rule'],
    policy: off('unknown-account'),
  },
  { name: 'ACL', event: plain('acl-denied'), times: 2, want: ['watch', 'acl-denied'] },
  { name: 'ACL, at the limit', event: plain('acl-denied'), times: 3, want: ['ban', 'acl-denied'] },
  {
    name: 'ACL, rule off',
    event: plain('acl-denied'),
    want: ['pass', 'no-rule'],
    policy: off('acl-denied'),
  },
  {
    name: 'challenged',
    event: plain('challenged', { account: '214' }),
    times: 30,
    want: ['pass', 'none'],
  },
];

testRows(rows);
