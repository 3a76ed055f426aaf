import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GONE_MS, latelyRegistered } from '../../src/daemon/lately-registered.ts';
import { START } from '../judge/fixture.ts';

/** When, who is registered then, whether that changes who is let in, and who that is. */
const STEPS: readonly (readonly [number, string[], boolean, string[]])[] = [
  [0, [], false, []],
  [1, ['a', 'b'], true, ['a', 'b']],
  [2, ['b', 'a'], false, ['b', 'a']],
  [3, ['a'], false, ['a', 'b']],
  [4, ['a', 'c'], true, ['a', 'c', 'b']],
  [GONE_MS + 2, ['a', 'c'], false, ['a', 'c', 'b']],
  [GONE_MS + 3, ['a', 'c'], true, ['a', 'c']],
  [GONE_MS + 4, [], false, ['a', 'c']],
  [GONE_MS + 5, ['a'], false, ['a', 'c']],
  [2 * GONE_MS + 5, ['d'], true, ['d', 'a']],
];

test('a source is let in while it is registered, and a while longer', () => {
  const lately = latelyRegistered();
  for (const [ms, live, changed, targets] of STEPS) {
    assert.equal(lately.look(live, START + ms), changed, `at ${ms}`);
    assert.deepEqual(lately.targets, targets, `at ${ms}`);
  }
});
