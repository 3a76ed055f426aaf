import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryCount, Measure } from '../../src/judge/history.ts';
import { reportFigures } from '../../src/report/figures.ts';
import { startsOf } from '../../src/report/period.ts';
import { reportWords } from '../../src/report/words.ts';
import type { ReportSource } from '../../src/report/source.ts';
import { HOUR, NOW, aSource } from './source.ts';

type Counted = [measure: Measure, count: number, rule?: string];

/** A day with these counts, an hour ago. */
function aDay(counts: Counted[], parts: Partial<ReportSource> = {}): ReportSource {
  const at = Math.floor(NOW / HOUR) * HOUR - HOUR;
  const made = counts.map(([measure, count, rule = 'canary-not']): HistoryCount => {
    return { at, pbx: 'acme', measure, rule, count };
  });
  const { history } = aSource();
  return aSource({ history: { ...history, counts: made }, pbxs: [], ...parts });
}

test('a ghost call that rang is never told as quiet, and tests of the guard as nothing', () => {
  const rows: [counts: Counted[], calls: object][] = [
    [[['stopped', 7]], { stopped: 7, rang: 0, quiet: 7 }],
    [
      [
        ['stopped', 7],
        ['rang', 2],
        ['stopped', 5, 'canary'],
        ['rang', 1, 'canary'],
      ],
      { stopped: 7, rang: 2, quiet: 5 },
    ],
    // What rang may be what was not stopped: less is claimed, not more.
    [
      [
        ['stopped', 1],
        ['not-stopped', 3],
        ['rang', 3],
      ],
      { stopped: 1, rang: 3, quiet: 0, notStopped: 3 },
    ],
    [[['would-stop', 4]], { stopped: 0, rang: 0, quiet: 0, wouldStop: 4 }],
  ];
  for (const [counts, calls] of rows) {
    const figures = reportFigures(aDay(counts), startsOf('24h', NOW));
    const none = { notStopped: 0, wouldStop: 0, passed: 0, letThrough: 0 };
    assert.deepEqual(figures.calls, { ...none, ...calls });
    const all = figures.stretches.reduce((sum, { stopped }) => sum + stopped, 0);
    assert.equal(all, figures.calls.stopped);
  }
});

test('the headline says what happened, in every case', () => {
  const observe = { mode: 'observe' } as const;
  const rows: [counts: Counted[], parts: Partial<ReportSource>, wanted: string][] = [
    [[], {}, 'No ghost call came in this time.'],
    [[], observe, 'No ghost call came in this time. Ghostgate only watches so far.'],
    [
      [['would-stop', 1]],
      observe,
      'Ghostgate only watches so far: it recognised 1 ghost call and let it through. Switched to enforce, it would have stopped it.',
    ],
    [
      [['stopped', 1]],
      {},
      '1 ghost call was stopped. The phones stayed quiet: none of them rang a phone.',
    ],
    [
      [
        ['stopped', 1200],
        ['rang', 1],
      ],
      {},
      '1,200 ghost calls were stopped. For 1,199 of them the phones stayed quiet; for 1 a phone rang before the call was ended.',
    ],
    [
      [['not-stopped', 2]],
      {},
      '2 ghost calls were recognised, but the phone system did not end them when asked.',
    ],
    [
      [
        ['stopped', 5],
        ['not-stopped', 1],
      ],
      {},
      '5 ghost calls were stopped. The phones stayed quiet: none of them rang a phone. 1 more was recognised, but the phone system did not end it when asked.',
    ],
  ];
  for (const [counts, parts, wanted] of rows) {
    const figures = reportFigures(aDay(counts, parts), startsOf('24h', NOW));
    assert.equal(reportWords(figures, '24h').headline, wanted);
  }
});

function up(minutes: number, since: number): number | null {
  const { history } = aSource();
  const at = Math.floor(NOW / HOUR) * HOUR;
  const count = { at, pbx: '', measure: 'minutes-up', rule: '', count: minutes } as const;
  const source = aSource({ history: { ...history, countedSince: since, counts: [count] } });
  return reportFigures(source, startsOf('24h', NOW)).uptime.ghostgate;
}

test('uptime is of the time that was counted, and 100 of all of it alone', () => {
  assert.equal(up(1, NOW - 3 * HOUR), 0.55);
  assert.equal(up(180, NOW - 3 * HOUR), 100);
  assert.equal(up(179, NOW - 3 * HOUR), 99.44);
  assert.equal(up(99_999, NOW - 3 * HOUR), 100);
  assert.equal(up(0, NOW - 1000), null);
});

test('days are those of the calendar, summer time or not', () => {
  for (const [period, bars] of [
    ['24h', 24],
    ['7d', 7],
    ['30d', 30],
  ] as const) {
    const starts = startsOf(period, NOW);
    assert.equal(starts.length, bars);
    assert.ok((starts.at(-1) ?? 0) <= NOW);
    for (const start of starts) {
      const date = new Date(start);
      assert.equal(date.getMinutes() + (period === '24h' ? 0 : date.getHours()), 0);
    }
  }
  const figures = reportFigures(aSource(), startsOf('30d', NOW));
  assert.equal(figures.calls.stopped, 2803);
  assert.deepEqual(figures.scanners[0], { source: '203.0.113.9', times: 3200 });
});
