import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefixTable } from '../../src/event/network.ts';
import type { SipEvent } from '../../src/event/sip-event.ts';
import type { Verdict } from '../../src/judge/verdict.ts';
import type { World } from '../../src/judge/world.ts';
import type { Changes } from './fixture.ts';
import {
  call,
  court,
  OFFICE,
  plain,
  policyOf,
  registered,
  trunk,
  TRUNK,
  worldOf,
} from './fixture.ts';

const home = { registrations: registered(OFFICE, '210', '211') };
const lax = { trunks: prefixTable([['203.0.113.0/28', trunk('pass')]]) };
const junk = { callingNumber: '1000' };
const scanner = { userAgent: 'friendly-scanner' };
const injected = { injected: true };

interface Row {
  readonly name: string;
  readonly event: SipEvent;
  readonly want: [Verdict['answer'], string];
  readonly world?: Partial<World>;
  readonly policy?: Changes;
}

const rows: Row[] = [
  { name: 'loopback', event: call({ from: '127.0.0.1' }), want: ['pass', 'own-address'] },
  { name: 'loopback, IPv6', event: call({ from: '::1' }), want: ['pass', 'own-address'] },
  {
    name: 'own',
    event: plain('auth-failure', { from: '192.0.2.1' }),
    want: ['pass', 'own-address'],
  },
  {
    name: 'own, injected',
    event: call({ from: '192.0.2.1', ...injected }),
    want: ['pass', 'own-address'],
  },
  { name: 'trunk', event: call({ from: TRUNK }), want: ['pass', 'trunk'] },
  { name: 'trunk, IPv6', event: call({ from: '2001:db8:aa::5' }), want: ['pass', 'trunk'] },
  {
    name: 'neighbour of an IPv6 trunk',
    event: call({ from: '2001:db8:aa::6' }),
    want: ['reject', 'stranger-call'],
  },
  {
    name: 'trunk, no caller ID',
    event: call({ from: TRUNK, callingNumber: '' }),
    want: ['pass', 'trunk'],
  },
  {
    name: 'trunk, wrong password',
    event: plain('auth-failure', { from: TRUNK }),
    want: ['pass', 'trunk'],
  },
  {
    name: 'trunk, junk',
    event: call({ from: TRUNK, ...junk }),
    want: ['reject', 'junk-caller-id'],
  },
  {
    name: 'trunk, junk name',
    event: call({ from: TRUNK, callingName: 'SIPVicious' }),
    want: ['reject', 'junk-caller-id'],
  },
  {
    name: 'trunk that may send junk',
    event: call({ from: TRUNK, ...junk }),
    want: ['pass', 'trunk'],
    world: lax,
  },
  {
    name: 'trunk, junk rule off',
    event: call({ from: TRUNK, ...junk }),
    want: ['pass', 'trunk'],
    policy: { rules: { 'junk-caller-id': undefined } },
  },
  { name: 'trunk, scanner', event: call({ from: TRUNK, ...scanner }), want: ['pass', 'trunk'] },
  {
    name: 'trunk, injected',
    event: call({ from: TRUNK, ...injected }),
    want: ['reject', 'bad-request'],
  },
  { name: 'trusted', event: call({ from: '10.20.3.4' }), want: ['pass', 'trusted-network'] },
  {
    name: 'trusted, junk',
    event: call({ from: '10.20.3.4', ...junk }),
    want: ['pass', 'trusted-network'],
  },
  {
    name: 'trusted, scanner',
    event: call({ from: '10.20.3.4', ...scanner }),
    want: ['pass', 'trusted-network'],
  },
  {
    name: 'trusted, injected',
    event: call({ from: '10.20.3.4', ...injected }),
    want: ['reject', 'bad-request'],
  },
  {
    name: 'trusted, bad request',
    event: plain('bad-request', { from: '10.20.3.4' }),
    want: ['pass', 'trusted-network'],
  },
  { name: 'registered', event: call({ from: OFFICE }), want: ['pass', 'registered'], world: home },
  {
    name: 'registered, junk',
    event: call({ from: OFFICE, ...junk }),
    want: ['pass', 'registered'],
    world: home,
  },
  {
    name: 'registered, injected',
    event: call({ from: OFFICE, ...injected }),
    want: ['reject', 'bad-request'],
    world: home,
  },
  {
    name: 'registered, not trusted',
    event: call({ from: OFFICE }),
    want: ['reject', 'stranger-call'],
    world: home,
    policy: { trustRegistered: false },
  },
  {
    name: 'registered, wrong password',
    event: plain('auth-failure', { from: OFFICE }),
    want: ['watch', 'auth-failure'],
    world: home,
  },
  {
    name: 'authenticated',
    event: call({ authenticated: true, endpoint: '214' }),
    want: ['pass', 'authenticated'],
  },
  {
    name: 'canary from a trunk',
    event: call({ from: TRUNK, userAgent: 'ghostgate-canary' }),
    want: ['reject', 'canary'],
  },
];

for (const { name, event, want, world, policy } of rows) {
  test(`known sources: ${name}`, () => {
    // Ten times, for a known source must never be banned however often it comes.
    const verdict = court(policyOf(policy), worldOf(world)).seeMany(
      event,
      want[1] === 'stranger-call' ? 1 : 9,
    );
    assert.deepEqual([verdict.answer, verdict.rule], want, verdict.why);
  });
}

test('the why names the trunk, the network, the account', () => {
  const { see } = court(policyOf(), worldOf(home));
  assert.match(see(call({ from: TRUNK })).why, /gntel/);
  assert.match(see(call({ from: '10.20.3.4' })).why, /10\.20\.0\.0\/16/);
  assert.match(see(call({ from: OFFICE })).why, /account 210/);
  assert.match(see(call({ from: TRUNK, ...junk })).why, /"1000".*never banned.*gntel/);
});

test('a call that passed as known is remembered, a rejected one is not', () => {
  const { see, standings } = court();
  see(call({ from: TRUNK }));
  assert.equal(standings.peek(TRUNK)?.lastGoodCallAt, call().seenAt);
  see(call({ from: '203.0.113.6', ...junk }));
  assert.equal(standings.peek('203.0.113.6')?.lastGoodCallAt, undefined);
});
