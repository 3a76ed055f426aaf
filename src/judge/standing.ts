import type { SipEvent } from '../event/sip-event.ts';
import type { RuleName } from '../policy/policy-rules.ts';
import type { Tried } from './accounts.ts';
import { noteAccount } from './accounts.ts';
import type { GoodDay } from './good-traffic.ts';
import { noteRegistered, noteUnregistered } from './good-traffic.ts';
import type { TriedNumber } from './numbers.ts';
import { ownCopy } from './own-copy.ts';
import type { Times } from './times.ts';

/**
 * What we know of one source (an IPv4 address or IPv6 prefix). Changed in place: by `fold` with
 * every event, by the judge with every hit, by `Standings` with every ban. Whatever a quiet
 * source does not need is undefined until it does, for there may be a hundred thousand of them.
 */
export interface Standing {
  readonly target: string;
  /** Milliseconds since the epoch. */
  firstAt: number;
  lastAt: number;
  /** Events folded since the standing began. */
  events: number;
  /** One entry for each rule that ever hit. */
  hits: RuleHits[] | undefined;
  /** When its latest events came, as far as the flood rule needs them. */
  recentEvents: Times | undefined;
  /** What was tried with each account; at most ACCOUNTS_KEPT. */
  accounts: Tried[] | undefined;
  /** Numbers it called in vain; at most NUMBERS_KEPT. */
  numbers: TriedNumber[] | undefined;
  /** The latest. */
  userAgent: string | undefined;
  port: number;
  /** All, once there was more than one; at most SEEN_KEPT, newest last. */
  userAgents: readonly string[] | undefined;
  ports: readonly number[] | undefined;
  /** When the PBX last confirmed a registration from it. */
  lastRegisteredAt: number | undefined;
  /** When a call of it last passed as known: trunk, trusted network, registered, authenticated. */
  lastGoodCallAt: number | undefined;
  /** Its good traffic, day by day, oldest first. */
  goodDays: readonly GoodDay[] | undefined;
  /** Earlier bans on proven evidence, and quarantines, that still count for escalation. */
  bans: number;
  quarantines: number;
  /** End of its last ban: still to come when it is shut out now, past when the ban has ended. */
  bannedUntil: number | undefined;
  /** Notices the operator got about it, as `rule account`; see shield.ts. */
  notices: readonly string[] | undefined;
}

/** When one rule hit. */
export interface RuleHits extends Times {
  readonly rule: RuleName;
}

/** Most user agents and ports remembered for one source. */
export const SEEN_KEPT = 8;

/** A standing without a past. */
export function createStanding(target: string, now: number): Standing {
  return {
    target: ownCopy(target),
    firstAt: now,
    lastAt: now,
    events: 0,
    hits: undefined,
    recentEvents: undefined,
    accounts: undefined,
    numbers: undefined,
    userAgent: undefined,
    port: 0,
    userAgents: undefined,
    ports: undefined,
    lastRegisteredAt: undefined,
    lastGoodCallAt: undefined,
    goodDays: undefined,
    bans: 0,
    quarantines: 0,
    bannedUntil: undefined,
    notices: undefined,
  };
}

/** Takes one event into the standing: all that needs no policy. Hits are the judge's to add. */
export function foldEvent(standing: Standing, event: SipEvent): void {
  standing.events++;
  // A standing restored from earlier bans has no first event of its own yet.
  if (standing.events === 1 && !isRecalled(standing)) standing.firstAt = event.seenAt;
  standing.lastAt = event.seenAt;
  noteSender(standing, event);
  noteAccount(standing, event, isShutOut(standing, event.seenAt));
  if (event.kind === 'unregistered') noteUnregistered(standing, event.seenAt);
  if (event.kind !== 'registered') return;
  noteRegistered(standing, event.seenAt);
  // The account works again: should it fail once more, that is news.
  const ending = ` ${event.account ?? ''}`;
  standing.notices = standing.notices?.filter((given) => !given.endsWith(ending));
}

/** Reports whether the source is shut out at `now`. */
export function isShutOut(standing: Standing, now: number): boolean {
  return standing.bannedUntil !== undefined && standing.bannedUntil > now;
}

/** What it tried in earlier runs is known, and since when. */
function isRecalled({ accounts, numbers }: Standing): boolean {
  return accounts !== undefined || numbers !== undefined;
}

/** One port and one user agent, as nearly every source has, cost no list. */
function noteSender(standing: Standing, { source, userAgent }: SipEvent): void {
  const { port } = source;
  if (port !== 0 && port !== standing.port) {
    if (standing.port !== 0) standing.ports = withNewest(standing.ports ?? [standing.port], port);
    standing.port = port;
  }
  if (userAgent === undefined || userAgent === standing.userAgent) return;
  const agent = ownCopy(userAgent);
  const { userAgent: latest, userAgents } = standing;
  if (latest !== undefined) standing.userAgents = withNewest(userAgents ?? [latest], agent);
  standing.userAgent = agent;
}

function withNewest<T>(seen: readonly T[], newest: T): readonly T[] {
  return seen.includes(newest) ? seen : [...seen.slice(1 - SEEN_KEPT), newest];
}
