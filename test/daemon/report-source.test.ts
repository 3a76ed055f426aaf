import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readByDays } from '../../src/daemon/report-source.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { tempFolder } from '../store/temp.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000 * HOUR;

const plain = (rows: readonly object[]) => rows.map((row) => ({ ...row }));

test('what is read by days is what is read at once, and others have their turn between', async (t) => {
  const store = openStore(tempFolder(t), { now: () => NOW });
  t.after(() => store.close());
  for (let hour = 0; hour < 30 * 24; hour += 5) {
    const at = NOW - hour * HOUR;
    const count = { at, pbx: 'acme', measure: 'stopped', rule: 'canary', count: hour + 1 } as const;
    const top = (name: string) => ({ kind: 'source', pbx: 'acme', name, count: hour }) as const;
    store.count([count], [top('203.0.113.9'), top(`198.51.100.${hour % 150}`)], at);
  }
  const since = NOW - 30 * 24 * HOUR + HOUR / 2;
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  const read = await readByDays(store, since, NOW + 1);
  clearInterval(others);
  const whole = store.history(since, NOW + 1, HOUR, 100);
  assert.ok(turns > 0);
  const { counts, sources, dialled, ...rest } = read;
  assert.deepEqual(plain(counts), plain(whole.counts));
  assert.deepEqual({ ...sources[0] }, { ...whole.sources[0] });
  assert.equal(sources.length, whole.sources.length);
  assert.deepEqual(dialled, []);
  const { counts: _c, sources: _s, dialled: _d, ...wholeRest } = whole;
  assert.deepEqual(rest, wholeRest);
});
