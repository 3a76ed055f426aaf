import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipEvent } from '../../src/event/sip-event.ts';
import { call, court, plain, policyOf, SCANNER, START, worldOf } from './fixture.ts';

test('what only tells an outcome is passed as none, from anybody', () => {
  for (const from of [SCANNER, '203.0.113.5']) {
    for (const kind of ['registered', 'unregistered'] as const) {
      assert.equal(court().seeMany(plain(kind, { from }), 50, 1).rule, 'none');
    }
    const ended: SipEvent = { ...call({ from }), kind: 'call-ended', rang: true };
    assert.equal(court().seeMany(ended, 50, 1).rule, 'none');
  }
});

test('hits out of the window do not count', () => {
  const { seeMany } = court();
  assert.equal(seeMany(plain('auth-failure'), 40, 61_000).answer, 'watch');
});

test('the strongest answer wins, of equals the first rule', () => {
  const { see } = court();
  const both = { callingNumber: '100' };
  assert.equal(see(call(both)).rule, 'stranger-call');
  const second = see(call(both));
  assert.deepEqual([second.answer, second.rule], ['ban', 'junk-caller-id']);
});

test('a flood is banned, counted once for each packet', () => {
  const { seeMany } = court();
  const before = seeMany(plain('challenged'), 39, 10);
  assert.deepEqual([before.answer, before.rule], ['pass', 'none']);
  const flood = court().seeMany(plain('challenged'), 40, 10);
  assert.deepEqual([flood.answer, flood.rule, flood.quarantine], ['ban', 'flood', true]);
  assert.match(flood.why, /^40 events in 1 s \(limit 40 in 10 s\)/);
  assert.equal(court().seeMany(plain('challenged'), 200, 260).rule, 'none');
});

test('distinct accounts, wrong or unknown, are a sweep', () => {
  const { see } = court();
  const kinds = ['auth-failure', 'unknown-account'] as const;
  const verdicts = [0, 1, 2, 3, 4].map((at) =>
    see(plain(kinds[at % 2] ?? 'auth-failure', { account: `10${at}`, seenAt: START + at * 1000 })),
  );
  assert.deepEqual(
    verdicts.map(({ answer }) => answer),
    ['watch', 'watch', 'watch', 'watch', 'ban'],
  );
  assert.equal(verdicts[4]?.rule, 'account-sweep');
  assert.match(verdicts[4]?.why ?? '', /^5 accounts tried in vain in 4 s \(limit 5 in 10 min\)/);
});

test('challenges that stay unanswered are a sweep, fresh ones are not', () => {
  const { see } = court();
  for (let at = 0; at < 5; at++) {
    const fresh = see(plain('challenged', { account: `10${at}`, seenAt: START + at }));
    assert.equal(fresh.rule, 'none', fresh.why);
  }
  const later = see(plain('challenged', { account: '100', seenAt: START + 5010 }));
  assert.deepEqual([later.answer, later.rule], ['ban', 'account-sweep']);
});

test('accounts that registered are never part of a sweep', () => {
  const { see } = court();
  for (let at = 0; at < 8; at++) {
    const facts = { account: `10${at}`, seenAt: START + at };
    see(plain('challenged', facts));
    see(plain('registered', facts));
  }
  const hours = START + 3 * 3_600_000;
  for (let at = 0; at < 8; at++) {
    const verdict = see(plain('challenged', { account: `10${at}`, seenAt: hours + at * 6000 }));
    assert.equal(verdict.rule, 'none', verdict.why);
  }
});

test('the canary is caught, never banned for, and opens no way for guessing', () => {
  const userAgent = 'ghostgate-canary';
  const { seeMany, see } = court();
  const verdict = seeMany(call({ userAgent, callingNumber: '100', injected: true }), 9);
  assert.deepEqual([verdict.answer, verdict.rule], ['reject', 'canary']);
  assert.equal(see(plain('bad-request', { userAgent })).rule, 'canary');
  const guesses = court().seeMany(plain('auth-failure', { userAgent, account: '214' }), 10);
  assert.deepEqual([guesses.answer, guesses.rule], ['ban', 'auth-failure']);
});

test('IPv6 sources are judged by their prefix', () => {
  const { see } = court();
  see(call({ from: '2001:db8:1:2::a' }));
  see(call({ from: '2001:db8:1:2::b' }));
  const verdict = see(call({ from: '2001:db8:1:2:ffff::c' }));
  assert.deepEqual([verdict.answer, verdict.target], ['ban', '2001:db8:1:2::/64']);
});

test('a target released by hand is not banned before its grace ends', () => {
  const graces = new Map([[SCANNER, START + 60_000]]);
  const { seeMany, see } = court(policyOf(), worldOf({ graces }));
  const held = seeMany(call(), 20);
  assert.deepEqual([held.answer, held.rule], ['reject', 'stranger-call']);
  assert.match(held.why, /released by hand, free until 2027-01-15 08:01 UTC$/);
  assert.equal(seeMany(plain('acl-denied'), 9).answer, 'watch');
  assert.equal(see(call({ seenAt: START + 60_001 })).answer, 'ban');
});
