import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSiteReport } from '../../src/fleet/site-report.ts';
import { REPORT } from './site.ts';

test('a report comes back as it was told', () => {
  const told: Record<string, unknown> = JSON.parse(JSON.stringify(REPORT));
  assert.deepEqual(readSiteReport(told), REPORT);
});

const NOTHING = readSiteReport({});

/** What a stolen site, or one of another version, may tell. */
const HOSTILE: readonly [string, Readonly<Record<string, unknown>>, Partial<typeof NOTHING>][] = [
  ['nothing', {}, {}],
  ['no maps', { verdicts: 7, calls: null, breaker: 'x', pbxs: {}, notices: 'x' }, {}],
  ['counts below nothing', { bans: -1, sources: 1.5, startedAt: '1' }, {}],
  ['control characters', { mode: 'en\u001b[2Jforce' }, { mode: 'en\u{FFFD}[2Jforce' }],
  ['a long text', { version: '1'.repeat(1000) }, { version: '1'.repeat(20) }],
  [
    'more than anybody reads',
    { notices: ['a', '', 3, 'd', 'e'], problem: 'p'.repeat(1000) },
    { notices: ['a'], problem: 'p'.repeat(160) },
  ],
  [
    'nonsense of its policy',
    { policy: { ring: '<b>', version: -1, refused: { version: 6, why: 7 }, rolledBack: 'x' } },
    {
      policy: {
        ring: '?',
        version: 0,
        takenAt: 0,
        goodLastHour: 0,
        refused: { version: 6, why: '' },
      },
    },
  ],
  [
    'a PBX with a name that is none',
    { pbxs: [{ name: '<b>', kind: 'asterisk', state: 'up', since: 5 }, 'x'] },
    {
      pbxs: [
        { name: '?', kind: 'asterisk', state: 'up', since: 5 },
        { name: '?', kind: '', state: '', since: 0 },
      ],
    },
  ],
];

for (const [what, facts, expected] of HOSTILE) {
  test(`a site that tells ${what}`, () => {
    assert.deepEqual(readSiteReport(facts), { ...NOTHING, ...expected });
  });
}
