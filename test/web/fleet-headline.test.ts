import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FleetTotals, FleetView } from '../../src/judge/fleet-view.ts';
import { fleetHeadline } from '../../src/web/fleet-headline.ts';
import { HOUR, MINUTE, NOW } from './fake-control.ts';

const TOTALS: FleetTotals = {
  sites: 1000,
  ok: 1000,
  late: 0,
  silent: 0,
  never: 0,
  revoked: 0,
  troubled: 0,
  linkDown: 0,
  hour: { stopped: 1234, good: 9, rang: 0, bans: 1 },
  sources: 0,
};
type Parts = Partial<Omit<FleetView, 'sites' | 'totals'>> & {
  readonly totals?: Partial<FleetTotals>;
  readonly lostAt?: number;
};

const ROWS: readonly [Parts, 'good' | 'watch' | 'bad', string][] = [
  [{}, 'good', 'All quiet at 1,000 sites: 1,234 ghost calls stopped in the last hour, 0 rang.'],
  [
    { since: NOW - 5 * MINUTE, totals: { hour: { stopped: 1, good: 0, rang: 0, bans: 0 } } },
    'good',
    'All quiet at 1,000 sites: 1 ghost call stopped in the last 5\u00a0min, 0 rang.',
  ],
  [
    { totals: { troubled: 7 } },
    'watch',
    'All 1,000 heard, 7 with something to put right; 1,234 ghost calls stopped in the last hour.',
  ],
  [
    { totals: { silent: 2, linkDown: 1, never: 3 } },
    'bad',
    'To be put right: of 1,000 sites 2 silent, 1 with a PBX that is not reached, 3 never heard.',
  ],
  [
    { totals: { hour: { stopped: 9, good: 0, rang: 1, bans: 0 } } },
    'bad',
    'To be put right: 1 ghost call rang a phone in the last hour.',
  ],
  [
    { link: { state: 'connecting', since: NOW - 3 * MINUTE, problem: 'refused' } },
    'bad',
    'NATS is not reached for 3\u00a0min, what you see may be old: refused',
  ],
  [
    { link: { state: 'up', since: NOW, problem: 'no stream' } },
    'bad',
    'Not all could be read: no stream',
  ],
  [{ isCaughtUp: false, totals: { never: 1000 } }, 'good', 'Reading what the sites told…'],
  [{ totals: { sites: 0 } }, 'watch', 'No site yet: ghostgate fleet add SITE KEY'],
  [
    { lostAt: NOW - 20_000 },
    'bad',
    'No connection to the fleet page for 20\u00a0s; what you see may be old.',
  ],
];

for (const [{ lostAt, totals, ...parts }, tone, text] of ROWS) {
  test(`the fleet's headline: ${text}`, () => {
    const view = {
      since: NOW - 9 * HOUR,
      now: NOW,
      link: { state: 'up' as const, since: NOW - HOUR },
      isCaughtUp: true,
      ...parts,
      totals: { ...TOTALS, ...totals },
    };
    const line = fleetHeadline(view, lostAt, NOW);
    assert.deepEqual([line.tone, line.text], [tone, text]);
    assert.equal(line.alert !== undefined, tone === 'bad');
  });
}
