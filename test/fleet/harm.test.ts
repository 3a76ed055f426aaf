import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Counted } from '../../src/fleet/harm.ts';
import { whyHarm } from '../../src/fleet/harm.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const counted = (ms: number, more: Partial<Counted> = {}): Counted => {
  return { ms, good: 0, lost: 0, refused: 0, overBudget: 0, ...more };
};
const QUIET = [counted(HOUR), counted(15 * MINUTE)];
const BUSY = [counted(HOUR, { good: 240 }), counted(15 * MINUTE, { good: 60 })];
const CLOSING = [counted(HOUR, { good: 240 }), counted(15 * MINUTE, { good: 4 })];

const cases: readonly [string, readonly Counted[], Counted, RegExp | undefined][] = [
  ['a quiet night', QUIET, counted(15 * MINUTE), undefined],
  ['a night with one call before', [counted(HOUR, { good: 1 })], counted(HOUR), undefined],
  ['a usual day', BUSY, counted(15 * MINUTE, { good: 55 }), undefined],
  ['somewhat fewer', BUSY, counted(15 * MINUTE, { good: 40 }), undefined],
  [
    'half of them gone',
    BUSY,
    counted(15 * MINUTE, { good: 20 }),
    /^20 good calls in 15 min, where 60/,
  ],
  [
    'none any more',
    BUSY,
    counted(5 * MINUTE, { good: 0 }),
    /^0 good calls in 5 min, where 20 were/,
  ],
  ['the first minute of none', BUSY, counted(MINUTE, { good: 0 }), undefined],
  ['an office that closes', CLOSING, counted(15 * MINUTE, { good: 0 }), undefined],
  ['two lost calls', QUIET, counted(MINUTE, { lost: 2 }), undefined],
  ['three lost calls', QUIET, counted(MINUTE, { lost: 3 }), /^3 calls were rejected whose/],
  ['three, slowly', QUIET, counted(2 * HOUR, { lost: 3 }), /^3 calls were rejected whose/],
  [
    'as many lost as ever',
    [counted(HOUR, { lost: 40 }), counted(15 * MINUTE, { lost: 10 })],
    counted(15 * MINUTE, { lost: 11 }),
    undefined,
  ],
  [
    'many more lost than ever',
    [counted(HOUR, { lost: 40 }), counted(15 * MINUTE, { lost: 10 })],
    counted(15 * MINUTE, { lost: 40 }),
    /^40 calls were rejected .* where 10 were usual/,
  ],
  ['three refused bans', QUIET, counted(10 * MINUTE, { refused: 3 }), /breaker refused 3 bans/],
  [
    'refused as ever',
    [counted(HOUR, { refused: 12 })],
    counted(10 * MINUTE, { refused: 3 }),
    undefined,
  ],
  ['nine cut down', QUIET, counted(MINUTE, { overBudget: 9 }), undefined],
  ['ten cut down', QUIET, counted(MINUTE, { overBudget: 10 }), /cut down 10 bans/],
  [
    'a site that has just started',
    [counted(5000)],
    counted(20_000, { lost: 3 }),
    /^3 calls in|^3 calls/,
  ],
  ['nothing known of before', [], counted(15 * MINUTE), undefined],
];
for (const [what, usual, since, why] of cases) {
  test(`harm: ${what}`, () => {
    const found = whyHarm(usual, since);
    if (why === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', why);
  });
}

test('chance alone is no harm: the same rate before and after, looked at each minute', () => {
  let harmed = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), fc.nat(), (perHour, seed) => {
      let state = seed || 1;
      const random = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
      };
      const poisson = (mean: number): number => {
        let product = random();
        let found = 0;
        for (; product > Math.exp(-mean); found++) product *= random();
        return found;
      };
      const hour = Array.from({ length: 60 }, () => poisson(perHour / 60));
      const usual = [
        counted(HOUR, { good: sum(hour) }),
        counted(15 * MINUTE, { good: sum(hour.slice(45)) }),
      ];
      let good = 0;
      for (let at = 1; at <= 15; at++) {
        good += poisson(perHour / 60);
        if (whyHarm(usual, counted(at * MINUTE, { good })) !== undefined) harmed++;
      }
    }),
    { numRuns: 500, seed: 7 },
  );
  assert.equal(harmed, 0);
});

function sum(list: readonly number[]): number {
  return list.reduce((all, each) => all + each, 0);
}
