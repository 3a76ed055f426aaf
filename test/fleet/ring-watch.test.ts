import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SiteState } from '../../src/fleet/operator.ts';
import { ringSites, sitesIn, whyRingHarmed } from '../../src/fleet/ring-watch.ts';
import { REPORT } from './site.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const member = (site: string, ring?: string) => {
  return { site, key: 'U', at: 1, ...(ring === undefined ? {} : { ring }) };
};

test('a site belongs to its ring, and to the last when its ring gets nothing of its own', () => {
  const gone = { site: 'gone', key: undefined, at: 1, ring: 'canary' };
  const members = [
    member('c', 'canary'),
    member('a', 'canary'),
    member('e', 'early'),
    member('x'),
    gone,
  ];
  assert.deepEqual(sitesIn('canary', ['canary', 'all'], members), ['a', 'c']);
  assert.deepEqual(sitesIn('all', ['canary', 'all'], members), ['e', 'x']);
  assert.deepEqual(sitesIn('all', ['all'], members), ['a', 'c', 'e', 'x']);
});

const policy = { ring: 'canary', version: 4, takenAt: 1, goodLastHour: 60 };
const state = (more: object, at = HOUR): SiteState => {
  return { site: 's', at, unsent: 0, report: { ...REPORT, policy: { ...policy, ...more } } };
};
const standings: readonly [string, SiteState | undefined, string][] = [
  ['nothing was heard', undefined, 'silent'],
  ['the last word is old', state({ version: 5 }, HOUR - 4 * MINUTE), 'silent'],
  ['it has it', state({ version: 5 }), 'took'],
  ['it has the one before', state({}), 'waiting'],
  ['it refused it', state({ refused: { version: 5, why: 'x' } }), 'refused'],
  ['it refused another', state({ version: 5, refused: { version: 3, why: 'x' } }), 'took'],
  ['it went back', state({ rolledBack: { version: 5, why: 'x' } }), 'rolled back'],
];
test('what a site makes of a version', () => {
  for (const [what, told, expected] of standings) {
    const states = new Map(told === undefined ? [] : [['s', told]]);
    assert.equal(ringSites(['s'], states, 5, HOUR)[0]?.state, expected, what);
  }
  const { policy: _, ...plain } = REPORT;
  const states = new Map([['s', { site: 's', at: HOUR, unsent: 0, report: plain }]]);
  assert.equal(ringSites(['s'], states, 5, HOUR)[0]?.state, 'none');
});

interface Grown {
  /** What it says it had before. */
  readonly usual?: number;
  readonly good?: number;
  readonly refused?: number;
  readonly startedAt?: number;
}

/** Sites that had 60 good calls an hour each, and what each counted in fifteen minutes. */
function fifteenMinutes(sites: Readonly<Record<string, Grown>>) {
  const before = new Map<string, SiteState>();
  const after = new Map<string, SiteState>();
  for (const [site, { usual = 60, good = 0, refused = 0, startedAt = 1 }] of Object.entries(
    sites,
  )) {
    const { calls, breaker } = REPORT;
    const first = { ...REPORT, policy: { ...policy, goodLastHour: usual } };
    before.set(site, { site, at: 0, unsent: 0, report: first });
    const counted = {
      ...first,
      startedAt,
      calls: { ...calls, good: calls.good + good },
      breaker: { ...breaker, refused: breaker.refused + refused },
    };
    after.set(site, { site, at: 15 * MINUTE, unsent: 0, report: counted });
  }
  return { before, after };
}

const rings: readonly [string, Readonly<Record<string, Grown>>, RegExp | undefined][] = [
  [
    'all is as it was',
    { a: { good: 15 }, b: { good: 14 }, x: { good: 15 }, y: { good: 16 } },
    undefined,
  ],
  [
    'no call at one of two',
    { a: { good: 0 }, b: { good: 15 }, x: { good: 15 }, y: { good: 15 } },
    undefined,
  ],
  [
    'no call at both',
    { a: {}, b: {}, x: { good: 15 }, y: { good: 15 } },
    /^0 good calls in 15 min, where 30/,
  ],
  ['nobody calls anywhere', { a: {}, b: {}, x: {}, y: { good: 1 } }, undefined],
  ['no call and nobody to compare with', { a: {}, b: {} }, /^0 good calls/],
  ['they started anew', { a: { startedAt: 2 }, b: { startedAt: 2 }, x: { good: 15 } }, undefined],
  [
    'refused bans there alone',
    { a: { good: 15, refused: 6 }, b: { good: 15 }, x: { good: 15 }, y: { good: 15 } },
    /breaker refused 6 bans/,
  ],
  [
    'refused bans everywhere',
    {
      a: { good: 15, refused: 4 },
      b: { good: 15, refused: 4 },
      x: { good: 15, refused: 4 },
      y: { good: 15, refused: 5 },
    },
    undefined,
  ],
  [
    'no call at two of them, and one that says it has thousands',
    { a: {}, b: {}, c: { usual: 40_000, good: 10_000 }, x: { good: 15 }, y: { good: 15 } },
    /^0 good calls in 15 min, where 30/,
  ],
  [
    'no call at them, and another that says its thousands are gone as well',
    { a: {}, b: {}, x: { good: 15 }, y: { good: 15 }, z: { usual: 40_000 } },
    /^0 good calls in 15 min, where 30/,
  ],
  [
    'no call at them, and another that says its calls were unmade',
    { a: {}, b: {}, x: { good: 15 }, y: { good: 15 }, z: { good: -9 } },
    /^0 good calls in 15 min, where 30/,
  ],
  [
    'refused bans there, and another that says it has thousands of them',
    {
      a: { good: 15, refused: 6 },
      b: { good: 15, refused: 6 },
      x: { good: 15 },
      y: { good: 15, refused: 9000 },
    },
    /breaker refused 12 bans/,
  ],
  [
    'a quiet hour at the one large site of both',
    {
      a: { usual: 600, good: 90 },
      b: { good: 15 },
      x: { usual: 600, good: 90 },
      y: { good: 16 },
    },
    undefined,
  ],
  [
    'refused bans and nobody to compare with',
    { a: { good: 15, refused: 9 }, b: { good: 15 } },
    undefined,
  ],
];
for (const [what, sites, why] of rings) {
  test(`a ring: ${what}`, () => {
    const { before, after } = fifteenMinutes(sites);
    const others = Object.keys(sites).filter((site) => site >= 'x');
    const ring = Object.keys(sites).filter((site) => site < 'x');
    const found = whyRingHarmed(ring, others, before, after);
    if (why === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', why);
  });
}

test('a word that has not come anew says nothing of the time since', () => {
  const { before } = fifteenMinutes({ a: {}, b: {}, x: {} });
  assert.equal(whyRingHarmed(['a', 'b'], ['x'], before, before), undefined);
});
