import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, court, plain, policyOf, worldOf } from './fixture.ts';

// A carrier named by a host name that DNS never answered for: its calls look like a stranger's.
const world = worldOf({ unresolvedHosts: ['sip.gntel.example'] });

test('while a trunk is not resolved, no stranger is rejected or shut out for being one', () => {
  const { seeMany } = court(policyOf(), world);
  const verdict = seeMany(call(), 10);
  assert.deepEqual([verdict.answer, verdict.rule], ['watch', 'stranger-call']);
  assert.match(verdict.why, /DNS has not told the addresses of sip\.gntel\.example yet/);
});

test('junk is rejected all the same, but its source is not shut out', () => {
  const { seeMany } = court(policyOf(), world);
  const junk = seeMany(call({ callingNumber: '100' }), 10);
  assert.deepEqual([junk.answer, junk.rule], ['reject', 'junk-caller-id']);
  const guesses = seeMany(plain('auth-failure', { account: '214' }), 50);
  assert.equal(guesses.answer, 'watch');
  assert.match(guesses.why, /not shut out: it may be the carrier/);
});
