import type { Count, FleetTotals, SiteRow } from '../judge/fleet-view.ts';
import { isDown } from './site-row.ts';

/** Sums over the sites that belong to the fleet. @param sources that at least one of them tells of */
export function totalsOf(rows: readonly SiteRow[], sources: number): FleetTotals {
  const living = rows.filter(({ state }) => state !== 'revoked');
  const inState = (wanted: SiteRow['state']): number =>
    rows.filter(({ state }) => state === wanted).length;
  const sum = (count: Count): number =>
    living.reduce((all, { hour }) => all + (hour?.[count] ?? 0), 0);
  return {
    sites: living.length,
    ok: inState('ok'),
    late: inState('late'),
    silent: inState('silent'),
    never: inState('never'),
    revoked: inState('revoked'),
    troubled: living.filter(({ rank }) => rank > 0).length,
    linkDown: living.filter(({ pbxs }) => pbxs.some(isDown)).length,
    hour: { stopped: sum('stopped'), good: sum('good'), rang: sum('rang'), bans: sum('bans') },
    sources,
  };
}
