import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFree } from '../../src/daemon/fleet-ban.ts';
import type { Ban } from '../../src/judge/verdict.ts';

const AT = 1_000_000;
const HOUR = 3_600_000;
const ban = (target: string, since: number): Ban => ({
  target,
  since,
  until: AT + HOUR,
  rule: 'flood',
  why: 'x',
  proof: 'proven',
  quarantine: false,
  by: 'judge',
});
const order = { target: '198.51.100.0/24', at: AT, until: AT + HOUR };
const bans = [
  ban('198.51.100.1', AT - 1),
  ban('198.51.100.2', AT + 1),
  ban('203.0.113.1', AT - 1),
  ban('2001:db8::/64', AT - 1),
];
const world = { graces: new Map([['198.51.100.1', AT + 2 * HOUR]]) };

test('an unban of the fleet ends what it covers, and shortens nothing that a person here said', () => {
  assert.deepEqual(setFree(order, bans, world, AT + 2), [
    { target: '198.51.100.0/24', until: AT + HOUR },
    { target: '198.51.100.1', until: AT + 2 * HOUR },
    { target: '198.51.100.2', until: AT + HOUR },
  ]);
  const one = setFree({ ...order, target: '2001:db8::5' }, bans, world, AT + 2);
  assert.deepEqual(
    one.map(({ target }) => target),
    ['2001:db8::5', '2001:db8::/64'],
  );
});

test('heard when it is over, it ends what ran before it, and nothing that came after', () => {
  assert.deepEqual(setFree(order, bans, world, AT + HOUR), [
    { target: '198.51.100.1', until: AT + 2 * HOUR },
  ]);
});
