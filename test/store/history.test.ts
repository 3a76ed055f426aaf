import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryCount, HistoryTop } from '../../src/judge/history.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { tempFolder } from './temp.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 2, 1);
const now = () => START;

function aCount(parts: Partial<HistoryCount> = {}): HistoryCount {
  return { at: START, pbx: 'acme', measure: 'stopped', rule: 'stranger-call', count: 1, ...parts };
}

function aTop(name: string, count: number, parts: Partial<HistoryTop> = {}): HistoryTop {
  return { kind: 'source', pbx: 'acme', name, count, ...parts };
}

test('counts add up by five minutes and by hours, and survive a restart', (context) => {
  const folder = tempFolder(context);
  const first = openStore(folder, { now });
  first.count([aCount(), aCount({ at: START + 5 * MINUTE - 1, count: 2 })], [], START);
  first.count(
    [aCount({ at: START + 5 * MINUTE }), aCount({ at: START + HOUR, pbx: 'b' })],
    [],
    START,
  );
  first.close();
  const store = openStore(folder, { now });
  context.after(() => store.close());
  const read = (stepMs: number) =>
    store
      .history(START, START + DAY, stepMs, 9)
      .counts.map(({ at, pbx, count }) => [(at - START) / MINUTE, pbx, count]);
  assert.deepEqual(read(5 * MINUTE), [
    [0, 'acme', 3],
    [5, 'acme', 1],
    [60, 'b', 1],
  ]);
  assert.deepEqual(read(10 * MINUTE), [
    [0, 'acme', 4],
    [60, 'b', 1],
  ]);
  assert.deepEqual(read(HOUR), read(10 * MINUTE));
  assert.equal(store.history(START, START + DAY, HOUR, 9).countedSince, START);
});

test('the first count is told to five minutes, after a day to the hour', (context) => {
  const store = openStore(tempFolder(context), { now });
  context.after(() => store.close());
  const first = START + 15 * MINUTE;
  const told = () => store.history(0, first + 3 * DAY, HOUR, 9).countedSince;
  store.count([aCount({ at: first })], [], START);
  assert.equal(told(), first);
  store.count([aCount({ at: first + 2 * DAY })], [], START);
  assert.equal(told(), START);
});

test('five minutes are kept for a day, hours for ninety days', (context) => {
  const store = openStore(tempFolder(context), { now });
  context.after(() => store.close());
  const ages = [0, DAY / 2, 2 * DAY, 89 * DAY, 92 * DAY].toReversed();
  for (const age of ages) store.count([aCount({ at: START - age })], [], START - age);
  const kept = (stepMs: number) =>
    store.history(0, START + 1, stepMs, 9).counts.map(({ at }) => (START - at) / DAY);
  assert.deepEqual(kept(5 * MINUTE), [0.5, 0]);
  assert.deepEqual(kept(HOUR), [89, 2, 0.5, 0]);
});

test('the busiest of an hour replace those written before; a time sums its hours', (context) => {
  const store = openStore(tempFolder(context), { now });
  context.after(() => store.close());
  store.count([], [aTop('192.0.2.1', 5), aTop('192.0.2.2', 4)], START);
  store.count([], [aTop('192.0.2.1', 6), aTop('011', 2, { kind: 'dialled' })], START);
  store.count([], [aTop('192.0.2.1', 1), aTop('192.0.2.3', 9)], START + HOUR);
  assert.deepEqual(
    store.topsOf(START).map((top) => ({ ...top })),
    [aTop('011', 2, { kind: 'dialled' }), aTop('192.0.2.1', 6)],
  );
  const { sources, dialled } = store.history(START, START + DAY, HOUR, 2);
  assert.deepEqual(
    sources.map(({ name, count }) => [name, count]),
    [
      ['192.0.2.3', 9],
      ['192.0.2.1', 7],
    ],
  );
  assert.deepEqual(
    dialled.map(({ name, count }) => [name, count]),
    [['011', 2]],
  );
  assert.equal(store.history(START, START + DAY, HOUR, 1).sources.length, 1);
});

test('an empty history says so', (context) => {
  const store = openStore(tempFolder(context), { now });
  context.after(() => store.close());
  const empty = { since: START, until: START + HOUR, stepMs: MINUTE };
  assert.deepEqual(store.history(START, START + HOUR, MINUTE, 9), {
    ...empty,
    counts: [],
    sources: [],
    dialled: [],
  });
});
