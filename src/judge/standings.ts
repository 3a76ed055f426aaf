import { LRUCache } from 'lru-cache';
import type { SipEvent } from '../event/sip-event.ts';
import { forgetTries } from './accounts.ts';
import type { GoodPast, Tries } from './recall.ts';
import { recallGood, recallTries } from './recall.ts';
import type { Standing } from './standing.ts';
import { createStanding, foldEvent } from './standing.ts';
import type { Ban } from './verdict.ts';

/** The standings of all sources, never more than the limit. */
export interface Standings {
  /** Takes one event into the standing of its target, which is made when there is none. */
  fold(event: SipEvent, target: string): Standing;
  /** Looks without touching: asking about a source does not keep it in memory. */
  peek(target: string): Standing | undefined;
  readonly size: number;
  /** Bans of earlier runs, for escalation; running ones included, `banned` need not tell them again. */
  restore(earlier: Earlier): void;
  /** What earlier runs knew of a source: its good calls, what it tried in vain. After `restore`. */
  recall(past: GoodPast | Tries): void;
  /** A ban is in force: what led to it is paid for, and it counts for escalation. Telling it twice does no harm. */
  banned(target: string, ban: Ban): void;
  /** A person ended the ban: the hits that led to it are forgotten. */
  released(target: string, now: number): void;
  /** Drops all we know of a target. */
  forget(target: string): void;
}

/** Earlier bans of one target, as the store tells them; `lastUntil` in ms since the epoch. */
export interface Earlier {
  readonly target: string;
  readonly bans: number;
  readonly quarantines: number;
  readonly lastUntil: number;
}

/**
 * Three tables, the first emptied first: `quiet` sources without a hit; `suspect` ones, whose
 * hits a false sender may have caused; `noted` ones, with proven hits or bans, or known to be
 * good. So a flood from a million forged addresses pushes out its own kind, and neither a known
 * attacker nor an office's last good call.
 * @param limit most sources kept, policy.memory.sources
 */
export function createStandings(limit: number): Standings {
  const table = (): LRUCache<string, Standing> => new LRUCache({ max: Math.max(1, limit) });
  const tables: Tables = [table(), table(), table()];
  const sizeOf = (): number => tables.reduce((sum, { size }) => sum + size, 0);

  return {
    fold(event, target) {
      const standing = take(tables, target) ?? add(target, event.seenAt);
      foldEvent(standing, event);
      return standing;
    },
    peek: (target) => find(tables, target)?.peek(target),
    get size() {
      return sizeOf();
    },
    restore({ target, bans, quarantines, lastUntil }) {
      const known = take(tables, target);
      const standing = known ?? createStanding(target, lastUntil);
      standing.bans = bans;
      standing.quarantines = quarantines;
      standing.bannedUntil = lastUntil;
      if (known !== undefined) return settle(tables, known);
      // 100,000 of these stand between a reboot and the first packet: straight to their table.
      makeRoom();
      tables[rankOf(standing)]?.set(standing.target, standing);
    },
    recall(past) {
      const { target } = past;
      const standing = take(tables, target) ?? add(target, past.seenAt);
      if ('goodDays' in past) recallGood(standing, past);
      else recallTries(standing, past);
      settle(tables, standing);
    },
    banned(target, ban) {
      const standing = take(tables, target) ?? add(target, ban.since);
      if (standing.bannedUntil !== ban.until) countBan(standing, ban);
      clearEvidence(standing);
      settle(tables, standing);
    },
    released(target, now) {
      const standing = take(tables, target);
      if (standing === undefined) return;
      if ((standing.bannedUntil ?? 0) > now) standing.bannedUntil = now;
      clearEvidence(standing);
    },
    forget(target) {
      remove(tables, target);
    },
  };

  function makeRoom(): void {
    while (sizeOf() >= limit && dropOne(tables)) {
      // Each turn either drops a standing or lifts one to the table it has earned since.
    }
  }

  function add(target: string, now: number): Standing {
    makeRoom();
    const standing = createStanding(target, now);
    tables[QUIET]?.set(standing.target, standing);
    return standing;
  }
}

type Table = LRUCache<string, Standing>;
type Tables = readonly Table[];
const QUIET = 0;
const SUSPECT = 1;
const NOTED = 2;

function rankOf(standing: Standing): number {
  const { bannedUntil, goodDays, bans, quarantines, hits } = standing;
  if (goodDays !== undefined) return NOTED;
  // One quarantine can be earned by forging, and again only after it has ended.
  if (bans > 0 || quarantines > 1) return NOTED;
  if (hits?.some(({ proven }) => proven !== undefined) === true) return NOTED;
  return hits !== undefined || bannedUntil !== undefined ? SUSPECT : QUIET;
}

function find(tables: Tables, target: string): Table | undefined {
  return tables.find((table) => table.has(target));
}

/** The standing, marked as used and moved to the table it has earned since it was last seen. */
function take(tables: Tables, target: string): Standing | undefined {
  for (let at = QUIET; at <= NOTED; at++) {
    const standing = tables[at]?.get(target);
    if (standing === undefined) continue;
    if (at !== NOTED && rankOf(standing) !== at) settle(tables, standing);
    return standing;
  }
  return undefined;
}

/** lru-cache clears its whole arrays when the last entry is deleted: 0.3 ms at 100,000 places. */
function remove(tables: Tables, target: string): void {
  const table = find(tables, target);
  if (table?.size === 1) table.pop();
  else table?.delete(target);
}

function settle(tables: Tables, standing: Standing): void {
  remove(tables, standing.target);
  tables[rankOf(standing)]?.set(standing.target, standing);
}

function dropOne(tables: Tables): boolean {
  for (let at = QUIET; at <= NOTED; at++) {
    const oldest = tables[at]?.pop();
    if (oldest === undefined) continue;
    const rank = rankOf(oldest);
    if (rank > at) tables[rank]?.set(oldest.target, oldest);
    return true;
  }
  return false;
}

/** A ban by hand, or by what other sites saw, is no evidence of this site: nothing escalates from it. */
function countBan(standing: Standing, ban: Ban): void {
  standing.bannedUntil = ban.until;
  if (ban.by !== 'judge') return;
  if (ban.quarantine) standing.quarantines++;
  else standing.bans++;
}

function clearEvidence(standing: Standing): void {
  standing.hits = undefined;
  standing.recentEvents = undefined;
  standing.numbers = undefined;
  forgetTries(standing);
}
