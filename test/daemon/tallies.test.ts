import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTallies } from '../../src/daemon/tallies.ts';

const HOUR = 3_600_000;

test('a clock that is set back makes nothing of an earlier time the count of a moment', (t) => {
  const tally = { good: 0, lost: 0, refused: 0, overBudget: 0 };
  let now = 10 * HOUR;
  const tallies = createTallies(
    () => tally,
    () => now,
  );
  t.after(() => tallies.close());
  tally.good = 100;
  now += HOUR;
  assert.deepEqual(tallies.over(HOUR), { ms: HOUR, ...tally });
  now -= 2 * HOUR;
  assert.equal(tallies.over(HOUR).good, 0, 'nothing is known of this hour');
  now += HOUR / 2;
  tally.good = 120;
  assert.deepEqual(tallies.over(HOUR), { ms: HOUR / 2, ...tally, good: 20 });
});
