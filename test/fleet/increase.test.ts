import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Heard } from '../../src/fleet/increase.ts';
import { increase } from '../../src/fleet/increase.ts';
import { createMinutes } from '../../src/fleet/minutes.ts';
import { report } from './watch-scene.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const T = 1_000 * DAY;

interface Told {
  readonly at?: number;
  readonly saidAt?: number;
  readonly startedAt?: number;
  readonly rejected?: number;
  readonly good?: number;
  readonly ban?: number;
  readonly mode?: string;
}

function heard(told: Told): Heard {
  const { at = T, saidAt = at, startedAt = T - DAY, rejected = 0, good = 0, ban = 0 } = told;
  return {
    heardAt: at,
    at: saidAt,
    report: report({
      startedAt,
      mode: told.mode ?? 'enforce',
      calls: { judged: 0, good, rejected, rang: 0 },
      verdicts: { pass: 0, watch: 0, reject: 0, ban },
    }),
  };
}

const minuteLater = { at: T + MINUTE };

const ROWS: readonly [what: string, before: Told, after: Told, counts: object, from?: number][] = [
  ['nothing more', { rejected: 7 }, { ...minuteLater, rejected: 7 }, { stopped: 0 }],
  [
    'some more',
    { rejected: 7, good: 1 },
    { ...minuteLater, rejected: 9, good: 4 },
    { stopped: 2, good: 3 },
  ],
  [
    'a restart in between: all of it happened since',
    { rejected: 700 },
    { ...minuteLater, startedAt: T + 30_000, rejected: 3 },
    { stopped: 3 },
    T + 30_000,
  ],
  [
    'a restart long before, heard of late',
    { rejected: 700 },
    { at: T + DAY, startedAt: T + HOUR, rejected: 3 },
    { stopped: 3 },
    T + HOUR,
  ],
  [
    'a restart of a site whose clock is a day ahead',
    { rejected: 700, saidAt: T + DAY },
    { ...minuteLater, saidAt: T + DAY + MINUTE, startedAt: T + DAY + 30_000, rejected: 3 },
    { stopped: 3 },
    T + 30_000,
  ],
  [
    'a start in the future',
    { rejected: 700 },
    { ...minuteLater, startedAt: T + DAY, rejected: 3 },
    { stopped: 3 },
    T + MINUTE,
  ],
  ['counters that went back', { rejected: 700 }, { ...minuteLater, rejected: 3 }, { stopped: 0 }],
  ['a lie', { rejected: 7 }, { ...minuteLater, rejected: Number.MAX_SAFE_INTEGER }, { stopped: 0 }],
  ['bans', { ban: 1 }, { ...minuteLater, ban: 3 }, { bans: 2 }],
  [
    'bans that observe mode would have made',
    { ban: 1, mode: 'observe' },
    { ...minuteLater, ban: 3 },
    { bans: 0 },
  ],
];

for (const [what, before, after, counts, from = T] of ROWS) {
  test(`what happened between two reports: ${what}`, () => {
    const grown = increase(heard(before), heard(after));
    assert.deepEqual({ ...grown?.counts, ...counts }, grown?.counts);
    assert.equal(grown?.from, from);
  });
}

test('a clock of ours that went back makes no increase', () => {
  assert.equal(increase(heard({ rejected: 1 }), heard({ at: T - 1, rejected: 5 })), undefined);
});

const some = (stopped: number) => ({ stopped, good: 0, rang: 0, bans: 0 });

test('an hour is summed, what lies before is not, and what nobody heard is not nothing', () => {
  const minutes = createMinutes();
  assert.equal(minutes.lastHour(T), undefined);
  minutes.add({ from: T - 2 * HOUR, to: T - HOUR, counts: some(500) });
  minutes.add({ from: T - MINUTE, to: T, counts: some(3) });
  assert.equal(minutes.lastHour(T)?.stopped, 3);
  const { steps, since, stepMs } = minutes.past(T);
  assert.equal(steps.stopped.length, 144);
  assert.equal(since + 143 * stepMs, T);
  assert.equal(steps.stopped.filter((value) => value === null).length, 144 - 6 - 1);
  const sum = steps.stopped.reduce<number>((all, value) => all + (value ?? 0), 0);
  assert.equal(sum, 503);
});

test('what came after a long silence is spread over it: no peak', () => {
  const minutes = createMinutes();
  minutes.add({ from: T, to: T + 10 * HOUR, counts: some(600) });
  assert.equal(minutes.lastHour(T + 10 * HOUR)?.stopped, 59);
  minutes.add({ from: T + 10 * HOUR, to: T + 40 * DAY, counts: some(Math.round(39.6 * 1440)) });
  assert.equal(minutes.lastHour(T + 40 * DAY)?.stopped, 59);
});

test('two calls spread over hours are still two', () => {
  const minutes = createMinutes();
  minutes.add({ from: T, to: T + 5 * HOUR, counts: some(2) });
  const { stopped } = minutes.past(T + 5 * HOUR).steps;
  assert.equal(
    stopped.reduce<number>((all, value) => all + (value ?? 0), 0),
    2,
  );
});

test('a day is kept; a clock set back by more begins anew', () => {
  const minutes = createMinutes();
  for (let at = T; at < T + 3 * DAY; at += MINUTE) {
    minutes.add({ from: at, to: at + MINUTE, counts: some(1) });
  }
  assert.equal(minutes.lastHour(T + 3 * DAY)?.stopped, 59);
  assert.ok(
    minutes
      .past(T + 3 * DAY)
      .steps.stopped.slice(1, -1)
      .every((value) => value === 10),
  );
  minutes.add({ from: T, to: T + MINUTE, counts: some(5) });
  assert.equal(minutes.lastHour(T + MINUTE)?.stopped, 5);
});
