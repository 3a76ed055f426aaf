import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownAddresses } from '../../src/policy/known-addresses.ts';
import { foldAnswer, nextLookMs } from '../../src/policy/known-addresses.ts';
import type { HostAnswer } from '../../src/policy/lookup.ts';

const MINUTE = 60_000;

test('addresses stay while calls may still use them, and for ever while DNS fails', () => {
  // From row to row: what DNS says at which minute, and what is in force then.
  const table: [string, number, HostAnswer, string][] = [
    ['first answer', 0, answer(['a', 'b'], 60), 'a b'],
    ['one is gone', 1, answer(['a'], 60), 'a b'],
    ['still within its ten minutes', 10, answer(['a'], 60), 'a b'],
    ['after them', 11, answer(['a'], 60), 'a'],
    ['gone, with a long time to live', 12, answer(['c'], 3600), 'a c'],
    ['within that', 71, answer(['c'], 3600), 'a c'],
    ['after it', 72, answer(['c'], 3600), 'c'],
    ['all changed', 80, answer(['d'], 60), 'c d'],
    ['back in time', 85, answer(['c', 'd'], 60), 'c d'],
    ['a part of DNS fails', 90, answer(['d'], 60, false), 'c d'],
    ['and goes on failing', 900, answer(['d'], 60, false), 'c d'],
    ['DNS fails', 1000, trouble(), 'c d'],
    ['and goes on failing for days', 10_000, trouble(), 'c d'],
    ['and answers again', 10_001, answer(['e'], 60), 'c d e'],
    ['so that the others may go', 10_011, answer(['e'], 60), 'e'],
  ];
  let known: KnownAddresses = new Map();
  for (const [name, minute, said, want] of table) {
    known = foldAnswer(known, said, minute * MINUTE);
    assert.equal([...known.keys()].toSorted().join(' '), want, name);
  }
});

test('the next look comes with the shortest time to live, within bounds', () => {
  const table: [HostAnswer, number][] = [
    [answer(['a'], 60), 60_000],
    [answer(['a'], 0), 5000],
    [answer(['a'], 86_400), 5 * MINUTE],
    [{ ...answer([], 0), found: new Map([['a', 90], ['b', 30]]) }, 30_000], // prettier-ignore
    [trouble(), 15_000],
  ];
  for (const [said, want] of table) assert.equal(nextLookMs(said), want);
});

function answer(addresses: string[], ttl: number, complete = true): HostAnswer {
  const found = new Map(addresses.map((address) => [address, ttl]));
  return { found, complete, trouble: undefined };
}

function trouble(): HostAnswer {
  return { found: new Map(), complete: false, trouble: new Error('away') };
}
