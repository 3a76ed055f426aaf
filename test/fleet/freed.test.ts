import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overlapsWith } from '../../src/event/nested.ts';
import { isFree } from '../../src/fleet/freed.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { tempFolder } from '../store/temp.ts';

const DAY = 86_400_000;
const freedAs = (target: string) => ({ target, at: 0, until: 10, because: 'x' });

/** What the operator set free until 10, whom that concerns, and when. */
const CASES: readonly [freed: string, target: string, at: number, isFree: boolean][] = [
  ['192.0.2.1', '192.0.2.1', 9, true],
  ['192.0.2.1', '192.0.2.1', 10, false],
  ['192.0.2.1', '192.0.2.2', 9, false],
  ['192.0.2.0/24', '192.0.2.2', 9, true],
  ['192.0.2.0/24', '192.0.2.2', 10, false],
  ['192.0.2.0/24', '192.0.3.2', 9, false],
  ['2001:db8:1:2::5', '2001:db8:1:2::/64', 9, true],
  ['2001:db8:1:2::5', '2001:db8:1:3::/64', 9, false],
  ['2001:db8:1::/48', '2001:db8:1:3::/64', 9, true],
  ['2001:db8:1::/48', '192.0.2.1', 9, false],
];

test('what is set free is free in all of it, as long as was said', () => {
  for (const [free, target, at, expected] of CASES) {
    const freed = new Map([[free, freedAs(free)]]);
    assert.equal(isFree(freed, target, at), expected, `${free} ${target} ${at}`);
    if (at < 10) assert.deepEqual([target].filter(overlapsWith(free)), expected ? [target] : []);
  }
});

test('it is known over restarts for as long as what was told meanwhile may be read', (t) => {
  const store = openStore(tempFolder(t), { now: () => 0 });
  t.after(() => store.close());
  store.fleet.putFreed(freedAs('192.0.2.1'));
  assert.equal(store.fleet.read(30 * DAY).freed.length, 1);
  assert.equal(store.fleet.read(31 * DAY).freed.length, 0);
});
