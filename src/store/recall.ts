import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { DialledPast, GoodPast, Tries } from '../judge/recall.ts';
import { rowsOf } from './rows.ts';

export interface RecallTable {
  /** Good calls of each source since a time (ms since the epoch), day by day. */
  goodCalls(since: number): GoodPast[];
  /** What sources seen on several days tried in vain since a time. */
  tries(since: number): Tries[];
  /** Numbers that strangers dialled since a time, oldest first. */
  dialled(since: number): DialledPast[];
}

/** What the verdicts of the database tell of earlier runs, read once at the start. */
export function recallTable(db: DatabaseSyncInstance): RecallTable {
  const good = db.prepare(`SELECT target, seen_at / ${DAY_MS} AS day, count(*) AS calls,
    max(seen_at) AS lastAt FROM verdict
    WHERE ${GOOD_CALLS} AND seen_at >= ? GROUP BY target, day ORDER BY target, day`);
  const tries = db.prepare(`WITH recent AS MATERIALIZED (
      SELECT target, account, called_number, seen_at, proof FROM verdict
      WHERE id > (SELECT max(id) FROM verdict) - ${NEWEST_ROWS} AND seen_at >= ?
        AND verdict IN ('watch', 'reject') AND coalesce(account, called_number) IS NOT NULL)
    SELECT target, account, called_number AS number, min(seen_at) AS firstAt,
      max(seen_at) AS lastAt, max(CASE proof WHEN 'proven' THEN seen_at END) AS provenAt
    FROM recent WHERE target IN (SELECT target FROM recent GROUP BY target
      HAVING count(DISTINCT seen_at / ${DAY_MS}) > 1)
    GROUP BY target, account, called_number ORDER BY target, firstAt`);
  const dialled = db.prepare(`SELECT called_number AS number, max(seen_at) AS seenAt,
      max(CASE proof WHEN 'proven' THEN seen_at END) AS provenAt FROM verdict
    WHERE id > (SELECT max(id) FROM verdict) - ${NEWEST_ROWS} AND seen_at >= ?
      AND event IN ('call', 'challenged', 'auth-failure') AND called_number IS NOT NULL
      AND (verdict <> 'pass' OR rule = 'no-rule') AND why NOT LIKE '%never banned: %'
      AND why NOT LIKE '%not shut out: %' AND why NOT LIKE '%already shut out until%'
    GROUP BY called_number ORDER BY seenAt`);

  return {
    goodCalls(since) {
      const past: GoodPast[] = [];
      for (const { target, day, calls, lastAt } of rowsOf<GoodRow>(good, since)) {
        const goodDay = { day, calls, registered: false };
        const latest = past.at(-1);
        if (latest?.target === target) {
          latest.goodDays.push(goodDay);
          latest.seenAt = Math.max(latest.seenAt, lastAt);
        } else past.push({ target, goodDays: [goodDay], seenAt: lastAt });
      }
      return past;
    },
    dialled: (since) =>
      rowsOf<DialledRow>(dialled, since).map(({ provenAt, ...row }) => {
        return { ...row, provenAt: provenAt ?? undefined };
      }),
    tries(since) {
      const past: Tries[] = [];
      for (const { target, account, number, provenAt, ...times } of rowsOf<TryRow>(tries, since)) {
        const one = { ...times, provenAt: provenAt ?? undefined };
        const latest = past.at(-1);
        const fresh = { target, seenAt: 0, accounts: [], numbers: [] };
        const own = latest?.target === target ? latest : fresh;
        if (own !== latest) past.push(own);
        own.seenAt = Math.max(own.seenAt, one.lastAt);
        if (account !== null) own.accounts.push({ account, ...one });
        else if (number !== null) own.numbers.push({ number, ...one });
      }
      return past;
    },
  };
}

const DAY_MS = 86_400_000;
/** A start must not wait for the whole history: so many of the newest verdicts take a few hundred ms. */
const NEWEST_ROWS = 50_000;

/** Calls that passed as known; the index `verdict_good` holds these rows and no others. */
export const GOOD_CALLS = `verdict = 'pass' AND event = 'call' AND rule <> 'no-rule'`;

interface GoodRow {
  target: string;
  day: number;
  calls: number;
  lastAt: number;
}

interface DialledRow {
  number: string;
  seenAt: number;
  provenAt: number | null;
}

interface TryRow {
  target: string;
  account: string | null;
  number: string | null;
  firstAt: number;
  lastAt: number;
  provenAt: number | null;
}
