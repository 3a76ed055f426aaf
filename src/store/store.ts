import type { AuditEntry } from '../judge/audit.ts';
import type { History, HistoryCount, HistoryTop } from '../judge/history.ts';
import type { FleetTable } from './fleet.ts';
import type { BanRecord, NoticeRow, VerdictRow } from '../judge/record.ts';
import type { DialledPast, GoodPast, Tries } from '../judge/recall.ts';
import type { Ban } from '../judge/verdict.ts';

/** Earlier bans of one target, for escalation after a restart. */
export interface EarlierBans {
  readonly target: string;
  /** Bans on proven evidence, and quarantines, that still count; none that a person gave. */
  readonly bans: number;
  readonly quarantines: number;
  readonly lastUntil: number;
}

export interface ConfirmedLockdown {
  readonly confirmedAt: number;
  /** Who confirmed it. */
  readonly by: string;
}

/** The one memory. Synchronous and quick, except `record`, which is buffered. */
export interface Store {
  /** Bans in force at `now`; marks those past their time as expired. */
  activeBans(now: number): Ban[];
  /** Newest first. */
  bansOf(target: string, limit: number): BanRecord[];
  /** Stores in the same turn; replaces a running ban of the same target. */
  putBan(ban: Ban): void;
  /** Ends a running ban by hand and starts its grace. Returns false when none ran (the grace starts all the same). */
  release(
    target: string,
    release: { now: number; by: string; because: string; graceUntil: number },
  ): boolean;
  graces(now: number): Map<string, number>;
  /**
   * @param since bans that ended before this no longer count (ms since the epoch)
   * @param forgetMs quiet time that takes one of them back, as judge/jail-time forgives
   */
  earlierBans(since: number, forgetMs?: number): EarlierBans[];
  /** Good calls of earlier runs, for the blast radius. */
  goodCalls(since: number): GoodPast[];
  /** What sources tried in vain in earlier runs, for slow-scan. */
  tries(since: number): Tries[];
  /** Numbers that strangers dialled in earlier runs, oldest first, for number-sweep. */
  dialled(since: number): DialledPast[];
  /** Buffered: written in small transactions off the event path; over its bound the newest are dropped and counted. */
  record(row: VerdictRow): void;
  /** Rows that `record` had to drop since start. */
  readonly droppedRows: number;
  /** Newest first, buffered rows included. */
  verdictsOf(target: string, limit: number): VerdictRow[];
  /** Of one call, by its channel or SIP Call-ID; newest first, buffered rows included. */
  verdictsOfCall(call: string, limit: number): VerdictRow[];
  /** The newest of all sources, newest first, buffered rows included. */
  newestVerdicts(limit: number): VerdictRow[];
  /** Adds to the counts over time: a day is kept by five minutes, ninety days by hours. */
  count(counts: readonly HistoryCount[], tops: readonly HistoryTop[], topsAt: number): void;
  /** The busiest of the hour that begins then. */
  topsOf(hourAt: number): HistoryTop[];
  /** @param stepMs length of one stretch of time, at least five minutes (ms) */
  history(since: number, until: number, stepMs: number, mostTops: number): History;
  /** Keeps who did what; the oldest of ten thousand go. */
  putAudit(entry: AuditEntry): void;
  /** Newest first. */
  audit(limit: number): AuditEntry[];
  /** Keeps what the operator was told; the oldest of two thousand go. */
  putNotice(notice: NoticeRow): void;
  /** Newest first. */
  notices(since: number, limit: number): NoticeRow[];
  /** Last good DNS answers of trunk hosts. */
  trunkAddresses(): Map<string, string[]>;
  putTrunkAddresses(host: string, addresses: readonly string[], now: number): void;
  /** The lockdown that a person confirmed; undefined when there is none. */
  lockdown(): ConfirmedLockdown | undefined;
  putLockdown(lockdown: ConfirmedLockdown | undefined): void;
  /** What the fleet keeps. */
  readonly fleet: FleetTable;
  /**
   * Deletes what is older than the policy keeps, little by little off the event path.
   * @param bansBefore bans that ended before this; as verdicts when left out
   */
  prune(before: number, bansBefore?: number): void;
  close(): void;
}
