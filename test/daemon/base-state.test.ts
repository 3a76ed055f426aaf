import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_BASE } from '../../src/daemon/base-shelf.ts';
import type { BaseState } from '../../src/daemon/base-shelf.ts';
import { isGivenUp, sitePolicyOf, takenState, wentBackState } from '../../src/daemon/base-state.ts';
import { MOST_REFUSAL_CHARS } from '../../src/fleet/site-report.ts';

const ONE: BaseState = { ...NO_BASE, ring: 'all', version: 1, sha256: 'a', takenAt: 5, since: 4 };
const SOAK = { until: 900, usual: [] };
const TWO = { ring: 'all', version: 2, sha256: 'b', since: 7, soakSeconds: 60 };

test('what lay there before is where the way back leads, unless that was new itself', () => {
  const two = takenState(ONE, TWO, 8, SOAK);
  assert.deepEqual(two.before, { version: 1, sha256: 'a' });
  assert.deepEqual(two.soak, SOAK);
  const three = takenState(two, { ...TWO, version: 3, sha256: 'c' }, 9, undefined);
  assert.deepEqual(three.before, { version: 1, sha256: 'a' });
  assert.equal('soak' in three, false);
});

test('given up, it is not taken again by the same order, and is by a later one', () => {
  const two = takenState(ONE, TWO, 8, SOAK);
  const back = wentBackState(two, { version: 1, sha256: 'a' }, 10, 'x'.repeat(9999));
  assert.deepEqual([back.version, back.sha256, back.takenAt], [1, 'a', 10]);
  assert.equal(back.rolledBack?.why.length, MOST_REFUSAL_CHARS);
  for (const [version, since, gone] of [
    [2, 7, true],
    [2, 8, false],
    [3, 7, false],
  ] as const) {
    assert.equal(isGivenUp(back, { ...TWO, version, since }), gone, `${version} of ${since}`);
  }
  assert.equal(isGivenUp(two, TWO), false);
});

test('the operator is not shown when an order came, nor what is kept for the way back', () => {
  const two = { ...takenState(ONE, TWO, 8, SOAK), refused: { version: 3, why: 'bad', since: 9 } };
  assert.deepEqual(sitePolicyOf(two, 12), {
    ring: 'all',
    version: 2,
    takenAt: 8,
    goodLastHour: 12,
    refused: { version: 3, why: 'bad' },
  });
});
