import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainStanding } from '../../src/judge/explain.ts';
import {
  call,
  court,
  OFFICE,
  plain,
  policyOf,
  registered,
  SCANNER,
  START,
  worldOf,
} from './fixture.ts';

test('a scanner that is shut out', () => {
  const { see, seeMany, standings } = court();
  seeMany(call({ userAgent: 'Some Phone' }), 3);
  see(plain('auth-failure', { seenAt: START + 5000 }));
  const told = explainStanding(
    standings.peek(SCANNER),
    worldOf(),
    policyOf(),
    SCANNER,
    START + 6000,
  );
  assert.deepEqual(told.lines, [
    `${SCANNER} is shut out until 2027-01-15 08:10 UTC, for another 10 min.`,
    '4 events since 2027-01-15 08:00 UTC, the last at 2027-01-15 08:00 UTC.',
    'Earlier: 0 bans on proven evidence, 1 quarantine.',
    'User agents: "Some Phone".',
  ]);
  assert.equal(told.shutOutUntil, START + 602_000);
});

test('an office with a stale phone', () => {
  const world = worldOf({ registrations: registered(OFFICE, '210') });
  const { see, seeMany, standings } = court(policyOf(), world);
  seeMany(plain('auth-failure', { from: OFFICE, account: '214' }), 4);
  see(call({ from: OFFICE, seenAt: START + 10_000 }));
  const told = explainStanding(standings.peek(OFFICE), world, policyOf(), OFFICE, START + 20_000);
  assert.deepEqual(told.lines, [
    `${OFFICE} is not shut out.`,
    'It is shielded: account 210 is registered from it.',
    'It is spared: a good call came from it 10 s ago.',
    '5 events since 2027-01-15 08:00 UTC, the last at 2027-01-15 08:00 UTC.',
    'Its last good call was at 2027-01-15 08:00 UTC.',
    'Rule auth-failure: 4 hits of 10 in 10 min (0 proven, the rest could be forged).',
    '1 account tried in vain in 10 min (limit 5, with live registrations 20).',
  ]);
  assert.deepEqual(told.hits, [
    { rule: 'auth-failure', hits: 4, proven: 0, limit: 10, withinSeconds: 600 },
  ]);
});

test('what is never seen, what is trusted, what was released', () => {
  const world = worldOf({ graces: new Map([[SCANNER, START + 60_000]]) });
  const lines = (target: string): readonly string[] =>
    explainStanding(undefined, world, policyOf(), target, START).lines;
  const nothing = 'Nothing of it is in memory.';
  assert.deepEqual(lines('198.51.100.1'), ['198.51.100.1 is not shut out.', nothing]);
  assert.ok(
    lines('203.0.113.5').includes('It is never banned: it covers addresses of trunk gntel.'),
  );
  assert.ok(
    lines('10.0.0.0/8').includes('It is never banned: it covers the trusted network 10.20.0.0/16.'),
  );
  assert.ok(
    lines(SCANNER).includes('It was released by hand and is free until 2027-01-15 08:01 UTC.'),
  );
});
