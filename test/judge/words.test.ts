import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { moment, span } from '../../src/judge/words.ts';

test('moment agrees with the calendar', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7_258_118_400_000 }), (ms) => {
      const iso = new Date(ms).toISOString();
      assert.equal(moment(ms), `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`);
    }),
    { examples: [[951_782_400_000], [0], [1_709_164_800_000]] },
  );
});

test('span says a length of time in the unit that fits', () => {
  const table: [number, string][] = [
    [0.2, '1 s'],
    [45, '45 s'],
    [90, '2 min'],
    [600, '10 min'],
    [3600, '60 min'],
    [7200, '2 h'],
    [86_400, '24 h'],
    [604_800, '7 d'],
  ];
  for (const [seconds, want] of table) assert.equal(span(seconds), want);
});
