import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { History, HistoryCount, HistoryTop, TopKind } from '../judge/history.ts';
import { rowsOf } from './rows.ts';
import { transaction } from './transaction.ts';

/** Counts over time: a day by five minutes, ninety days by hours. */
export interface HistoryTable {
  /**
   * Adds counts to the five minutes and the hour they happened in.
   * @param tops the busiest of the hour that `topsAt` begins, all of them: what the table has is replaced
   */
  add(counts: readonly HistoryCount[], tops: readonly HistoryTop[], topsAt: number): void;
  /** The busiest of one hour, to go on counting after a restart. */
  topsOf(hourAt: number): HistoryTop[];
  /** @param stepMs at least RECENT_MS; times of an hour or more are read from the hours */
  between(since: number, until: number, stepMs: number, mostTops: number): History;
}

/** As fine as a plot of a day can show: reading one must not keep the judge waiting. */
export const RECENT_MS = 300_000;
export const HOUR_MS = 3_600_000;
/** A little more than the page asks for. */
const RECENT_KEPT_MS = 25 * HOUR_MS;
const HOURS_KEPT_MS = 91 * 24 * HOUR_MS;
/** Of each kind in each hour: 90 days of a constant flood from everywhere stay below 20 MB. */
export const TOPS_AN_HOUR = 50;

export function historyTable(db: DatabaseSyncInstance): HistoryTable {
  const sql = {
    recent: db.prepare(upsert('count_recent')),
    hour: db.prepare(upsert('count_hour')),
    forgetTops: db.prepare('DELETE FROM top_hour WHERE at = ?'),
    top: db.prepare(
      'INSERT OR REPLACE INTO top_hour (at, kind, pbx, name, n) VALUES (?, ?, ?, ?, ?)',
    ),
    topsOf: db.prepare('SELECT kind, pbx, name, n AS count FROM top_hour WHERE at = ?'),
    oldRecent: db.prepare('DELETE FROM count_recent WHERE at < ?'),
    oldHours: db.prepare('DELETE FROM count_hour WHERE at < ?'),
    oldTops: db.prepare('DELETE FROM top_hour WHERE at < ?'),
    recentSeries: db.prepare(series('count_recent')),
    hourSeries: db.prepare(series('count_hour')),
    first: db.prepare(`SELECT (SELECT min(at) FROM count_hour) AS hour,
      (SELECT min(at) FROM count_recent) AS recent`),
    tops: db.prepare(`SELECT kind, pbx, name, sum(n) AS count FROM top_hour
      WHERE kind = ? AND at >= ? AND at < ? GROUP BY pbx, name ORDER BY count DESC, name LIMIT ?`),
  };
  let prunedAt = 0;

  function prune(at: number): void {
    if (at - prunedAt < HOUR_MS) return;
    prunedAt = at;
    sql.oldRecent.run(at - RECENT_KEPT_MS);
    sql.oldHours.run(at - HOURS_KEPT_MS);
    sql.oldTops.run(at - HOURS_KEPT_MS);
  }

  return {
    add(counts, tops, topsAt) {
      transaction(db, () => {
        for (const { at, pbx, measure, rule, count } of counts) {
          sql.recent.run(floor(at, RECENT_MS), pbx, measure, rule, count);
          sql.hour.run(floor(at, HOUR_MS), pbx, measure, rule, count);
        }
        if (tops.length > 0) sql.forgetTops.run(topsAt);
        for (const { kind, pbx, name, count } of tops) sql.top.run(topsAt, kind, pbx, name, count);
        prune(counts[0]?.at ?? topsAt);
      });
    },
    topsOf: (hourAt) => rowsOf<HistoryTop>(sql.topsOf, hourAt),
    between(since, until, stepMs, mostTops) {
      const isFine = stepMs < HOUR_MS;
      const from = floor(since, isFine ? RECENT_MS : HOUR_MS);
      const counts = isFine ? sql.recentSeries : sql.hourSeries;
      const tops = (kind: TopKind): HistoryTop[] =>
        rowsOf<HistoryTop>(sql.tops, kind, floor(since, HOUR_MS), until, mostTops);
      const [first] = rowsOf<{ hour: number | null; recent: number | null }>(sql.first);
      return {
        since: from,
        until,
        stepMs,
        ...countedSince(first?.hour ?? null, first?.recent ?? null),
        counts: rowsOf<HistoryCount>(counts, stepMs, stepMs, from, until),
        sources: tops('source'),
        dialled: tops('dialled'),
      };
    },
  };
}

/** To five minutes while those of the first hour are kept, then to the hour. */
function countedSince(hour: number | null, recent: number | null): { countedSince?: number } {
  if (hour === null) return {};
  const isExact = recent !== null && floor(recent, HOUR_MS) === hour;
  return { countedSince: isExact ? recent : hour };
}

function floor(at: number, stepMs: number): number {
  return Math.floor(at / stepMs) * stepMs;
}

function upsert(table: string): string {
  return `INSERT INTO ${table} (at, pbx, measure, rule, n) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (at, pbx, measure, rule) DO UPDATE SET n = n + excluded.n`;
}

function series(table: string): string {
  return `SELECT at / ? * ? AS at, pbx, measure, rule, sum(n) AS count FROM ${table}
    WHERE at >= ? AND at < ? GROUP BY 1, pbx, measure, rule ORDER BY 1`;
}
