import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryCount, HistoryTop } from '../../src/judge/history.ts';
import { createBusiest } from '../../src/daemon/busiest.ts';
import { createCounting } from '../../src/daemon/counting.ts';
import { createLive } from '../../src/daemon/live.ts';
import type { LiveEvent } from '../../src/web/live-event.ts';
import { aRow } from '../store/rows.ts';
import { until } from '../store/temp.ts';

const HOUR = 3_600_000;

test('a flood of names is held to its bound, and the busiest stay', () => {
  const busiest = createBusiest(100);
  for (let round = 0; round < 50; round++) {
    for (let name = 0; name < 1000; name++) busiest.add(`once ${round} ${name}`);
    for (let again = 0; again < 3; again++) busiest.add('often');
    busiest.add('a source');
    busiest.add('a source');
  }
  assert.deepEqual(busiest.top(1), [['often', 150]]);
  assert.ok(busiest.size <= 100);
});

test('counts are stored by series, kept while the store fails, and told once', () => {
  const stored: { counts: readonly HistoryCount[]; tops: readonly HistoryTop[]; at: number }[] = [];
  const failures: unknown[] = [];
  let now = 10 * HOUR;
  let full = false;
  const counting = createCounting({
    store: {
      count(counts, tops, at) {
        if (full) throw new Error('the disk is full');
        stored.push({ counts, tops, at });
      },
      topsOf: () => [{ kind: 'source', pbx: 'acme', name: '192.0.2.1', count: 5 }],
    },
    links: { reachable: () => ['acme'] },
    failed: (error) => failures.push(error),
    now: () => now,
  });
  counting.add('stopped', 'acme', 'canary');
  full = true;
  counting.flush();
  counting.add('stopped', 'acme', 'canary');
  counting.busy('source', 'acme', '192.0.2.1');
  counting.busy('dialled', 'acme', '0'.repeat(200));
  counting.flush();
  full = false;
  counting.flush();
  counting.flush();
  assert.equal(failures.length, 1);
  assert.deepEqual(stored, [
    {
      at: 10 * HOUR,
      counts: [{ at: now, pbx: 'acme', measure: 'stopped', rule: 'canary', count: 2 }],
      tops: [
        { kind: 'source', pbx: 'acme', name: '192.0.2.1', count: 6 },
        { kind: 'dialled', pbx: 'acme', name: '0'.repeat(64), count: 1 },
      ],
    },
  ]);
  now += HOUR;
  counting.flush();
  counting.busy('source', 'acme', '192.0.2.2');
  counting.close();
  assert.deepEqual(stored[1], {
    at: 11 * HOUR,
    counts: [],
    tops: [{ kind: 'source', pbx: 'acme', name: '192.0.2.2', count: 1 }],
  });
});

test('the live stream goes out by batches of the newest, to those who look on', async () => {
  const live = createLive();
  live.verdict(aRow({ why: 'nobody looks' }));
  const told: LiveEvent[] = [];
  const stop = live.follow((event) => told.push(event));
  for (let at = 1; at <= 100; at++) live.verdict(aRow({ seenAt: at }));
  await until('a batch is out', () => told.length > 0);
  const [batch] = told;
  assert.ok(batch?.kind === 'verdicts');
  assert.deepEqual(
    [
      batch.skipped,
      batch.verdicts.length,
      batch.verdicts[0]?.seenAt,
      batch.verdicts.at(-1)?.seenAt,
    ],
    [60, 40, 61, 100],
  );
  stop();
  live.tell({ kind: 'released', target: 'x' });
  assert.equal(told.length, 1);
});
