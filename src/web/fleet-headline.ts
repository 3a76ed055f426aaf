import type { FleetView } from '../judge/fleet-view.ts';
import { counted, figure, length } from './format.ts';
import type { Headline } from './headline.ts';

const HOUR_MS = 3_600_000;

/** The one line on top of the fleet page: never calm when something is wrong. */
export function fleetHeadline(
  view: Omit<FleetView, 'sites'>,
  lostAt: number | undefined,
  now: number,
): Headline {
  const { link, isCaughtUp, totals } = view;
  if (lostAt !== undefined) {
    const text = `No connection to the fleet page for ${length(now - lostAt)}; what you see may be old.`;
    return { tone: 'bad', text, alert: 'No connection to the fleet page.' };
  }
  if (link.state !== 'up') {
    const why = link.problem === undefined ? '' : `: ${link.problem}`;
    const alert = 'NATS is not reached; what you see may be old.';
    const text = `NATS is not reached for ${length(now - link.since)}, what you see may be old${why}`;
    return { tone: 'bad', text, alert };
  }
  if (link.problem !== undefined) {
    const text = `Not all could be read: ${link.problem}`;
    return { tone: 'bad', text, alert: text };
  }
  if (!isCaughtUp) return { tone: 'good', text: 'Reading what the sites told…' };
  const { sites, silent, never, linkDown, troubled, hour } = totals;
  if (sites === 0) {
    return { tone: 'watch', text: 'No site yet: ghostgate fleet add SITE KEY' };
  }
  const wrong = [
    ...(silent === 0 ? [] : [`${figure(silent)} silent`]),
    ...(linkDown === 0 ? [] : [`${figure(linkDown)} with a PBX that is not reached`]),
    ...(never === 0 ? [] : [`${figure(never)} never heard`]),
  ];
  const rang = `${counted(hour.rang, 'ghost call')} rang a phone ${timeOf(view, now)}`;
  if (wrong.length > 0 || hour.rang > 0) {
    const of = wrong.length === 0 ? [] : [`of ${counted(sites, 'site')} ${wrong.join(', ')}`];
    const text = `To be put right: ${[...of, ...(hour.rang === 0 ? [] : [rang])].join('; ')}.`;
    return { tone: 'bad', text, alert: text };
  }
  const stopped = `${counted(hour.stopped, 'ghost call')} stopped ${timeOf(view, now)}`;
  if (troubled > 0) {
    const text = `All ${figure(sites)} heard, ${figure(troubled)} with something to put right; ${stopped}.`;
    return { tone: 'watch', text };
  }
  return { tone: 'good', text: `All quiet at ${counted(sites, 'site')}: ${stopped}, 0 rang.` };
}

/** Nothing is known of before the page looked: the figure is told for the time it is true of. */
export function timeOf({ since }: Pick<FleetView, 'since'>, now: number): string {
  return now - since < HOUR_MS ? `in the last ${length(now - since)}` : 'in the last hour';
}
