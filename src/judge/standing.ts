import type { SipEvent } from '../event/sip-event.ts';
import type { RuleName } from '../policy/policy.ts';
import type { Tried } from './accounts.ts';
import { noteAccount } from './accounts.ts';
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
  /** Account name to what was tried with it; at most ACCOUNTS_KEPT, the latest tried stay. */
  accounts: Map<string, Tried> | undefined;
  /** At most SEEN_KEPT, newest last. */
  userAgents: readonly string[] | undefined;
  ports: readonly number[] | undefined;
  /** When the PBX last confirmed a registration from it. */
  lastRegisteredAt: number | undefined;
  /** When a call of it last passed as known: trunk, trusted network, registered, authenticated. */
  lastGoodCallAt: number | undefined;
  /** Earlier bans on proven evidence, and quarantines, that still count for escalation. */
  bans: number;
  quarantines: number;
  /** End of its last ban: still to come when it is shut out now, past when the ban has ended. */
  bannedUntil: number | undefined;
  /** Notices the operator got about it, as `rule account`; see shield.ts. */
  notices: readonly string[] | undefined;
}

/** Hits of one rule. */
export interface RuleHits {
  readonly rule: RuleName;
  times: Times | undefined;
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
    userAgents: undefined,
    ports: undefined,
    lastRegisteredAt: undefined,
    lastGoodCallAt: undefined,
    bans: 0,
    quarantines: 0,
    bannedUntil: undefined,
    notices: undefined,
  };
}

/** Takes one event into the standing: all that needs no policy. Hits are the judge's to add. */
export function foldEvent(standing: Standing, event: SipEvent): void {
  const { seenAt, source, userAgent, account } = event;
  standing.events++;
  if (seenAt > standing.lastAt) standing.lastAt = seenAt;
  if (source.port !== 0 && !standing.ports?.includes(source.port)) {
    standing.ports = lastFew(standing.ports, source.port);
  }
  if (userAgent !== undefined && !standing.userAgents?.includes(userAgent)) {
    standing.userAgents = lastFew(standing.userAgents, ownCopy(userAgent));
  }
  noteAccount(standing, event);
  if (event.kind !== 'registered') return;
  standing.lastRegisteredAt = seenAt;
  // The account works again: should it fail once more, that is news.
  standing.notices = standing.notices?.filter((given) => !given.endsWith(` ${account}`));
}

/** Reports whether the source is shut out at `now`. */
export function isShutOut(standing: Standing, now: number): boolean {
  return standing.bannedUntil !== undefined && standing.bannedUntil > now;
}

function lastFew<T>(seen: readonly T[] | undefined, one: T): readonly T[] {
  return seen === undefined ? [one] : [...seen.slice(1 - SEEN_KEPT), one];
}
