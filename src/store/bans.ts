import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Proof } from '../event/sip-event.ts';
import type { Past } from '../judge/jail-time.ts';
import { forgive } from '../judge/jail-time.ts';
import type { Ban } from '../judge/verdict.ts';
import { bulkQuery, rowsOf } from './rows.ts';
import type { BanRecord } from '../judge/record.ts';
import type { EarlierBans, Store } from './store.ts';
import { transaction } from './transaction.ts';

export interface BanTable extends Pick<
  Store,
  'activeBans' | 'bansOf' | 'putBan' | 'release' | 'graces' | 'earlierBans'
> {
  /** Deletes at most `most` bans that ended before this time; returns how many. */
  pruneSome(before: number, most: number): number;
}

/** The bans and graces of the database. The clock gives milliseconds since the epoch. */
export function banTable(db: DatabaseSyncInstance, clock: { now(): number }): BanTable {
  const sql = {
    expireAll: db.prepare(`${EXPIRE} AND until <= ?`),
    expire: db.prepare(`${EXPIRE} AND target = ? AND until <= ?`),
    active: bulkQuery<BanRow>(db, BAN_COLUMNS, 'FROM ban WHERE how IS NULL ORDER BY id'),
    of: db.prepare(`SELECT ${BAN}, how, ended_at, ended_by, because
      FROM ban WHERE target = ? ORDER BY id DESC LIMIT ?`),
    put: db.prepare(`INSERT INTO ban (${BAN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (target) WHERE how IS NULL DO UPDATE SET since = excluded.since,
        until = excluded.until, rule = excluded.rule, why = excluded.why, proof = excluded.proof,
        quarantine = excluded.quarantine, by = excluded.by, pbx = excluded.pbx`),
    release: db.prepare(`UPDATE ban SET how = 'released', ended_at = ?, ended_by = ?, because = ?
      WHERE target = ? AND how IS NULL`),
    grace: db.prepare(`INSERT INTO grace (target, until) VALUES (?, ?)
      ON CONFLICT (target) DO UPDATE SET until = excluded.until`),
    endGrace: db.prepare('DELETE FROM grace WHERE target = ?'),
    forgetGraces: db.prepare('DELETE FROM grace WHERE until <= ?'),
    graces: db.prepare('SELECT target, until FROM grace'),
    earlier: bulkQuery<EarlierBans & { firstUntil: number }>(
      db,
      {
        target: 'target',
        bans: `sum((1 - quarantine) * (by = 'judge'))`,
        quarantines: `sum(quarantine * (by = 'judge'))`,
        firstUntil: 'min(until)',
        lastUntil: 'max(until)',
      },
      `FROM ban WHERE until >= ? AND how IS NOT 'released' GROUP BY target`,
    ),
    past: db.prepare(`SELECT until, quarantine, by FROM ban
      WHERE target = ? AND until >= ? AND how IS NOT 'released' ORDER BY until`),
    prune: db.prepare(`DELETE FROM ban WHERE id IN
      (SELECT id FROM ban WHERE how IS NOT NULL AND ended_at < ? LIMIT ?)`),
  };

  return {
    activeBans(at) {
      sql.expireAll.run(at);
      return sql.active().map(toBan);
    },
    bansOf(target, limit) {
      const at = clock.now();
      return rowsOf<RecordRow>(sql.of, target, limit).map((row) => toRecord(row, at));
    },
    putBan(ban) {
      transaction(db, () => {
        sql.expire.run(ban.target, ban.since);
        sql.put.run(...valuesOf(ban));
        // A person's latest word counts: a ban by hand ends the grace given by hand before it.
        if (ban.by === 'hand') sql.endGrace.run(ban.target);
      });
    },
    release(target, { now: at, by, because, graceUntil }) {
      return transaction(db, () => {
        sql.expire.run(target, at);
        const { changes } = sql.release.run(at, by, because, target);
        sql.grace.run(target, graceUntil);
        return changes > 0;
      });
    },
    graces(at) {
      sql.forgetGraces.run(at);
      const rows = rowsOf<{ target: string; until: number }>(sql.graces);
      return new Map(rows.map(({ target, until }) => [target, until]));
    },
    earlierBans(since, forgetMs = Number.POSITIVE_INFINITY) {
      return sql.earlier(since).map(({ firstUntil, ...earlier }) => {
        // Nearly all were banned once, or lately: only the others' past has quiet times in it.
        if (earlier.lastUntil - firstUntil < forgetMs) return earlier;
        const rows = rowsOf<PastRow>(sql.past, earlier.target, since);
        return { ...earlier, ...climbed(rows, forgetMs) };
      });
    },
    pruneSome(before, most) {
      return sql.prune.run(before, most).changes;
    },
  };
}

const BAN_COLUMNS = {
  target: 'target',
  since: 'since',
  until: 'until',
  rule: 'rule',
  why: 'why',
  proof: 'proof',
  quarantine: 'quarantine',
  by: 'by',
  pbx: 'pbx',
};
const BAN = Object.keys(BAN_COLUMNS).join(', ');
const EXPIRE = `UPDATE ban SET how = 'expired', ended_at = until WHERE how IS NULL`;

interface PastRow {
  until: number;
  quarantine: number;
  by: Ban['by'];
}

/** Where these bans, oldest first, have led on the ladders, quiet times between them taken back. */
function climbed(rows: readonly PastRow[], forgetMs: number): Pick<Past, 'bans' | 'quarantines'> {
  const past: Past = { bans: 0, quarantines: 0, bannedUntil: undefined };
  for (const { until, quarantine, by } of rows) {
    forgive(past, until, forgetMs);
    past.bannedUntil = until;
    if (by !== 'judge') continue;
    if (quarantine === 1) past.quarantines++;
    else past.bans++;
  }
  return { bans: past.bans, quarantines: past.quarantines };
}

interface BanRow {
  target: string;
  since: number;
  until: number;
  rule: string;
  why: string;
  proof: Proof;
  quarantine: number;
  by: Ban['by'];
  pbx: string | null;
}

interface RecordRow extends BanRow {
  how: 'released' | 'expired' | null;
  ended_at: number | null;
  ended_by: string | null;
  because: string | null;
}

function valuesOf(ban: Ban): (string | number | null)[] {
  const { target, since, until, rule, why, proof, quarantine, by, pbx } = ban;
  return [target, since, until, rule, why, proof, quarantine ? 1 : 0, by, pbx ?? null];
}

function toBan(row: BanRow): Ban {
  const { target, since, until, rule, why, proof, by, pbx } = row;
  const ban = { target, since, until, rule, why, proof, quarantine: row.quarantine === 1, by };
  return pbx === null ? ban : { ...ban, pbx };
}

function toRecord(row: RecordRow, now: number): BanRecord {
  const ban = toBan(row);
  if (row.how === null) {
    // Nobody has marked it yet, but its time is over.
    return ban.until > now ? ban : { ...ban, ended: { how: 'expired', at: ban.until } };
  }
  const ended = {
    how: row.how,
    at: row.ended_at ?? ban.until,
    ...(row.ended_by === null ? {} : { by: row.ended_by }),
    ...(row.because === null ? {} : { because: row.because }),
  };
  return { ...ban, ended };
}
