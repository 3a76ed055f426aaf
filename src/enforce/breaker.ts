import { overlapsWith } from '../event/nested.ts';
import { prefixTable } from '../event/network.ts';
import { goodTraffic } from '../judge/good-traffic.ts';
import { targetHolds } from '../judge/known.ts';
import type { Standing } from '../judge/standing.ts';
import { countSince, pushTime } from '../judge/times.ts';
import type { Ban } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import { moment } from '../judge/words.ts';
import type { Policy } from '../policy/policy.ts';

/** When bans were let through, as far as the budget needs to know. */
export interface BreakerState {
  /** Every ban of the judge's, ms since the epoch. */
  readonly all: number[];
  /** Those longer than the first step of quarantine. */
  readonly long: number[];
}

export type Consideration =
  | { readonly ban: Ban; readonly overBudget?: true }
  | { readonly refused: string };

export function createBreaker(): BreakerState {
  return { all: [], long: [] };
}

/**
 * The last word on a ban, whoever wants it: the judge, a person, another site. Refuses what
 * would shut out the PBX, a trunk or a trusted network, wholly or in part; a ban that was not
 * ordered by hand also where it would hit somebody who works from there.
 * Above the budget a ban is cut down to the first step of quarantine.
 */
export function consider(
  ban: Ban,
  around: {
    readonly world: World;
    readonly policy: Policy;
    readonly lastGoodCallAt?: Standing['lastGoodCallAt'];
    readonly goodDays?: Standing['goodDays'];
  },
  state: BreakerState,
  now: number,
): Consideration {
  const { world, policy, lastGoodCallAt, goodDays } = around;
  const untouchable = whyUntouchable(ban.target, world);
  if (untouchable !== undefined) return { refused: untouchable };
  if (ban.by === 'hand') return { ban };
  const needed =
    whyNeeded(ban, world, now) ?? goodTraffic({ lastGoodCallAt, goodDays }, policy, now);
  return needed === undefined ? withinBudget(ban, policy, state, now) : { refused: needed };
}

/** Nobody means to ban these, not even by hand. */
function whyUntouchable(target: string, world: World): string | undefined {
  const held =
    LOOPBACK.overlaps(target) === undefined
      ? targetHolds(target, world)
      : "this PBX's own addresses";
  if (held !== undefined) return `${target} covers ${held}`;
  const allowed = world.allowed?.overlaps(target);
  return allowed === undefined
    ? undefined
    : `${target} covers ${allowed}, which is on the fleet's allow list`;
}

/** The policy could name its own addresses wrongly; loopback is loopback everywhere. */
const LOOPBACK = prefixTable([
  ['127.0.0.0/8', true],
  ['::1', true],
]);

function whyNeeded(ban: Ban, world: World, now: number): string | undefined {
  const [unresolved] = world.unresolvedHosts;
  const [unheard] = world.unheardPbxs ?? [];
  // The judge looks itself, at every event; of another site's notice nobody else has.
  if (ban.by === 'fleet' && unresolved !== undefined) {
    return `it may be the carrier, for DNS has not told the addresses of ${unresolved} yet`;
  }
  if (ban.by === 'fleet' && unheard !== undefined) {
    return `it may be a phone, for ${unheard} has not told yet who is registered`;
  }
  const freed = overlapping(ban.target, world.graces, (until) => until > now);
  if (freed !== undefined) {
    return `${freed} was released by hand and is free until ${moment(world.graces.get(freed) ?? now)}`;
  }
  if (ban.rule !== 'account-sweep') {
    const home = overlapping(ban.target, world.registrations, (live) => live.length > 0);
    const account = home === undefined ? undefined : world.registrations.get(home)?.[0]?.account;
    if (account !== undefined) return `account ${account} is registered from ${home}`;
  }
  return undefined;
}

/** The first target of the map that the ban covers, or that covers it. */
function overlapping<T>(
  target: string,
  map: ReadonlyMap<string, T>,
  counts: (value: T) => boolean,
): string | undefined {
  const same = map.get(target);
  if (same !== undefined && counts(same)) return target;
  const overlaps = overlapsWith(target);
  for (const [other, value] of map) if (counts(value) && overlaps(other)) return other;
  return undefined;
}

const MINUTE = { withinSeconds: 60 };

/**
 * Only bans longer than the first quarantine step spend the budget, for that step is what is
 * left above it; so forged evidence of a million senders cannot use up the budget of proven
 * bans. All are counted for the alert.
 */
function withinBudget(ban: Ban, policy: Policy, state: BreakerState, now: number): Consideration {
  const budget = policy.breaker.bansPerMinute;
  const since = now - MINUTE.withinSeconds * 1000;
  const stepMs = (policy.jail.quarantineSeconds[0] ?? 0) * 1000;
  const isLong = !ban.quarantine || ban.until - ban.since > stepMs;
  const spent = countSince(isLong ? state.long : state.all, since).count;
  const bound = { limit: Math.max(1, budget), ...MINUTE };
  pushTime(state.all, now, bound);
  if (spent < budget) {
    if (isLong) pushTime(state.long, now, bound);
    return { ban };
  }
  const why = `${ban.why}; more than ${budget} bans in a minute, so quarantine only`;
  const until = Math.min(ban.until, ban.since + stepMs);
  return { ban: { ...ban, until, quarantine: true, why }, overBudget: true };
}
