import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { History, HistoryCount, Measure } from '../../src/judge/history.ts';
import { measuresOf, seriesOf, sum, totalsOf } from '../../src/web/figures.ts';
import { length } from '../../src/web/format.ts';
import { headline } from '../../src/web/headline.ts';

const HOUR = 3_600_000;
const NOW = 100 * 24 * HOUR;

function aDay(counts: readonly [Measure, number][], countedSince = 0): History {
  return {
    since: NOW - 24 * HOUR,
    until: NOW,
    stepMs: HOUR,
    countedSince,
    counts: counts.map(([measure, count]) => ({
      at: NOW - HOUR,
      pbx: 'a',
      measure,
      rule: 'r',
      count,
    })),
    sources: [],
    dialled: [],
  };
}

test('the headline tells true figures, and is never calm when something is wrong', () => {
  const good = { mode: 'enforce', problems: [] } as const;
  const watching = { mode: 'observe', problems: [] } as const;
  const broken = { mode: 'enforce', problems: ['enforcer x is failing', 'lockdown', 'y'] } as const;
  const rows: [Parameters<typeof headline>, string, string][] = [
    [
      [good, aDay([['stopped', 412]]), undefined, NOW],
      'good',
      'All quiet: 412 ghost calls stopped in 24 h, 0 rang.',
    ],
    [
      [good, aDay([['stopped', 1]]), undefined, NOW],
      'good',
      'All quiet: 1 ghost call stopped in 24 h, 0 rang.',
    ],
    [
      [
        good,
        aDay([
          ['stopped', 5],
          ['rang', 2],
        ]),
        undefined,
        NOW,
      ],
      'watch',
      'Guarding: 5 ghost calls stopped in 24 h, 2 of them only after a phone rang.',
    ],
    [
      [
        good,
        aDay([
          ['stopped', 5],
          ['not-stopped', 1],
        ]),
        undefined,
        NOW,
      ],
      'watch',
      'Guarding: 5 ghost calls stopped in 24 h, 0 rang, 1 not hung up by the PBX.',
    ],
    [
      [good, aDay([['stopped', 3]], NOW - 2 * HOUR), undefined, NOW],
      'good',
      'All quiet: 3 ghost calls stopped in the last 2 h, 0 rang.',
    ],
    [
      [
        watching,
        aDay([
          ['would-stop', 9],
          ['stopped', 7],
        ]),
        undefined,
        NOW,
      ],
      'watch',
      'Observing, nothing is touched: 9 ghost calls would have been stopped in 24 h.',
    ],
    [
      [broken, aDay([]), undefined, NOW],
      'bad',
      'To be put right: enforcer x is failing (and 2 more)',
    ],
    [
      [good, aDay([]), NOW - 61_000, NOW],
      'bad',
      'No connection to Ghostgate for 1 min; what you see may be old.',
    ],
    [[good, undefined, undefined, NOW], 'good', 'Reading the last 24 hours…'],
  ];
  for (const [given, tone, text] of rows) {
    const line = headline(...given);
    assert.deepEqual([line.tone, line.text.replaceAll('\u00a0', ' ')], [tone, text]);
  }
});

test('times are told in their two largest units', () => {
  const rows: [number, string][] = [
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [HOUR, '1 h'],
    [HOUR + 61_000, '1 h 1 min'],
    [49 * HOUR, '2 d 1 h'],
    [48 * HOUR, '2 d'],
  ];
  for (const [ms, wanted] of rows) assert.equal(length(ms).replaceAll('\u00a0', ' '), wanted);
});

test('the plot has a value for every time, the busiest by name and the rest together', () => {
  const counts: HistoryCount[] = Array.from({ length: 9 }, (_, at) => ({
    at: NOW - (at + 1) * HOUR,
    pbx: at % 2 === 0 ? 'a' : 'b',
    measure: 'stopped',
    rule: `rule-${at}`,
    count: 9 - at,
  }));
  const history = { ...aDay([]), counts };
  const { times, series } = seriesOf(history, measuresOf('ghosts', false), 'rule');
  assert.equal(times.length, 24);
  assert.deepEqual(
    series.map(({ name, total }) => [name, total]),
    [...Array.from({ length: 6 }, (_, at) => [`rule-${at}`, 9 - at]), ['others', 6]],
  );
  for (const { values } of series) assert.equal(values.length, 24);
  assert.equal(series[0]?.values.at(-1), 9);
  assert.equal(sum(history, ['stopped']), 45);
  assert.deepEqual(totalsOf(counts, 'pbx'), [
    ['a', 25],
    ['b', 20],
  ]);
  assert.deepEqual(seriesOf(history, measuresOf('ghosts', true), 'rule').series, []);
});
