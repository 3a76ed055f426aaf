import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyHeld } from '../../src/feed/hold.ts';

const measure = (entries: number, bad = 0, addresses = entries) => ({
  entries,
  bad,
  addresses,
  badLines: [],
});

const CASES: readonly (readonly [
  string,
  ReturnType<typeof measure>,
  ReturnType<typeof measure> | undefined,
  RegExp | undefined,
])[] = [
  ['the first list', measure(50_000), undefined, undefined],
  ['an empty first list', measure(0), undefined, undefined],
  ['a first list that is a web page', measure(0, 3), undefined, /3 of its 3 lines/],
  ['more than a tenth bad', measure(40, 5), undefined, /5 of its 45 lines/],
  ['a few bad lines', measure(40, 4), undefined, undefined],
  ['a tenth bad', measure(90, 10), undefined, undefined],
  ['growth below tenfold', measure(9999), measure(1000), undefined],
  ['tenfold', measure(10_000), measure(1000), /10000 entries, where 1000 were/],
  ['tenfold of a few', measure(90), measure(3), undefined],
  ['tenfold of a few, past a hundred', measure(100), measure(3), /100 entries/],
  [
    'as many entries that cover much more',
    measure(1000, 0, 9_000_000),
    measure(1000, 0, 1000),
    /covers 9000000/,
  ],
  ['one /24 more in a list of a few addresses', measure(11, 0, 266), measure(10), undefined],
  ['empty all at once', measure(0), measure(1000), /it is empty, where 1000/],
  ['much shorter', measure(1), measure(1000), undefined],
  ['a list where none was', measure(50_000), measure(0), undefined],
];

test('what is held back until a person says so', () => {
  for (const [name, next, inForce, expected] of CASES) {
    const why = whyHeld(next, inForce);
    if (expected === undefined) assert.equal(why, undefined, name);
    else assert.match(why ?? '', expected, name);
  }
});
