import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultSeries } from '../../../src/daemon/central/fault-series.ts';

test('each fault of a series rests twice as long, a minute at the most; a calm time ends it', () => {
  const series = faultSeries();
  const rests = Array.from({ length: 8 }, (_, at) => series.add(1_000_000 + at * 60_000));
  assert.deepEqual(rests, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  assert.equal(series.count, 8);
  assert.equal(series.add(1_000_000 + 7 * 60_000 + 600_000), 1000);
  assert.equal(series.count, 1);
});
