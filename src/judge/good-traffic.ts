import type { Policy } from '../policy/policy.ts';
import type { Standing } from './standing.ts';
import { count, span } from './words.ts';

/** The good traffic of one source on one day. */
export interface GoodDay {
  /** Whole days since the epoch, UTC. */
  readonly day: number;
  /** Calls that passed as known. */
  calls: number;
  /** The PBX confirmed a registration. */
  registered: boolean;
}

/** The longest time a policy may look back, in days, and the day it is asked on. */
const DAYS_KEPT = 31;

export function noteGoodCall(standing: Past, now: number): void {
  standing.lastGoodCallAt = now;
  dayOf(standing, now).calls++;
}

export function noteRegistered(standing: Past, now: number): void {
  standing.lastRegisteredAt = now;
  dayOf(standing, now).registered = true;
}

type Past = Pick<Standing, 'goodDays' | 'lastGoodCallAt' | 'lastRegisteredAt'>;

/**
 * The PBX no longer holds a registration of it. Renewals are told by nobody, so all days since the
 * last good one count: it was held until now.
 */
export function noteUnregistered(standing: Past, now: number): void {
  const latest = standing.goodDays?.findLast(({ registered }) => registered);
  const today = Math.floor(now / DAY_MS);
  const first = Math.max(latest?.day ?? today, today - DAYS_KEPT + 1);
  for (let day = first; day <= today; day++) dayOf(standing, day * DAY_MS).registered = true;
}

/**
 * What a ban of this source would break, in words; undefined when the policy's limit allows it.
 * A registration counts once a day, however often it is renewed: who cracked one account shall
 * not earn protection by registering every minute.
 */
export function goodTraffic(
  { lastGoodCallAt, goodDays }: Pick<Standing, 'lastGoodCallAt' | 'goodDays'>,
  { breaker }: Policy,
  now: number,
): string | undefined {
  const agoSeconds = (now - (lastGoodCallAt ?? Number.NEGATIVE_INFINITY)) / 1000;
  if (agoSeconds < breaker.goodCallSeconds)
    return `a good call came from it ${span(agoSeconds)} ago`;
  if (goodDays === undefined) return undefined;
  const { limit, withinSeconds } = breaker.goodTraffic;
  const since = now / DAY_MS - withinSeconds / DAY_SECONDS;
  const recent = goodDays.filter(({ day }) => day + 1 > since);
  const calls = recent.reduce((sum, each) => sum + each.calls, 0);
  const days = recent.filter(({ registered }) => registered).length;
  if (calls + days <= limit) return undefined;
  const parts = [
    ...(calls === 0 ? [] : [count(calls, 'good call')]),
    ...(days === 0 ? [] : [`registrations on ${count(days, 'day')}`]),
  ];
  return `${parts.join(' and ')} came from it in the last ${span(withinSeconds)}`;
}

function dayOf(standing: Past, now: number): GoodDay {
  const day = Math.floor(now / DAY_MS);
  const known = standing.goodDays?.findLast((each) => each.day === day);
  if (known !== undefined) return known;
  const added = { day, calls: 0, registered: false };
  const days = [...(standing.goodDays ?? []), added].toSorted((a, b) => a.day - b.day);
  standing.goodDays = days.slice(-DAYS_KEPT);
  return added;
}

const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;
