import { overlapsWith } from '../event/nested.ts';
import type { UnbanOrder } from '../fleet/order.ts';
import type { Decision } from '../fleet/quorum.ts';
import type { Ban } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';

/** Why a ban of the fleet's is one: its name in logs, `bans` and `explain`. */
export const FLEET_RULE = 'fleet';

/**
 * What enough sites say, as a ban by this site's own policy: never longer than its own ladder goes,
 * and on forgeable evidence a quarantine.
 * @param at when the last of them said it
 */
export function fleetBan(target: string, decision: Decision, policy: Policy, at: number): Ban {
  const { proof, until, sites, rules } = decision;
  const quarantine = proof === 'forgeable';
  const ladder = quarantine ? policy.jail.quarantineSeconds : policy.jail.timeSeconds;
  const longest = (ladder.at(-1) ?? 0) * 1000;
  const said = `${rules.slice(0, SHOWN).join(', ')}, ${quarantine ? 'could be forged, so quarantine only' : 'proven'}`;
  return {
    target,
    since: at,
    until: Math.min(until, at + longest),
    rule: FLEET_RULE,
    why: `told by ${sitesText(sites)}: ${said}`,
    proof,
    quarantine,
    by: 'fleet',
  };
}

/** Whether it says more than the ban that runs. A person's ban, and proof of this site's own, stay. */
export function shouldReplace(running: Ban | undefined, ban: Ban, now: number): boolean {
  if (ban.until <= now) return false;
  if (running === undefined || running.until <= now) return true;
  if (running.by === 'hand' || (running.by === 'judge' && !running.quarantine)) return false;
  if (running.quarantine !== ban.quarantine) return running.quarantine;
  // Each further site moves the end a little: not worth telling every enforcer again.
  return ban.until > running.until + LITTLE_MS;
}

/**
 * What the operator's unban lets in here, and until when nothing shuts it out: never shorter than a
 * person here said. An order that is heard when its time is over ends the bans from before it alone.
 */
export function setFree(
  { target, at, until }: Pick<UnbanOrder, 'target' | 'at' | 'until'>,
  bans: readonly Ban[],
  { graces }: Pick<World, 'graces'>,
  now: number,
): readonly { readonly target: string; readonly until: number }[] {
  const isOver = until <= now;
  const overlaps = overlapsWith(target);
  const ended = bans
    .filter((ban) => overlaps(ban.target) && (!isOver || ban.since <= at))
    .map((ban) => ban.target);
  const all = new Set(isOver ? ended : [target, ...ended]);
  return [...all].map((each) => ({ target: each, until: Math.max(until, graces.get(each) ?? 0) }));
}

function sitesText(sites: readonly string[]): string {
  const more = sites.length - SHOWN;
  const names = sites.slice(0, SHOWN).join(', ');
  return `${sites.length === 1 ? 'site' : 'sites'} ${names}${more > 0 ? ` and ${more} more` : ''}`;
}

const SHOWN = 5;
const LITTLE_MS = 60_000;
