import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { AuditEntry } from '../judge/audit.ts';
import { rowsOf } from './rows.ts';
import { transaction } from './transaction.ts';

/** Who did what: the newest of it. */
export interface AuditTable {
  put(entry: AuditEntry): void;
  /** Newest first. */
  newest(limit: number): AuditEntry[];
}

/** Years of what people do; a script that bans a thousand addresses a day keeps ten days. */
const MOST_ENTRIES = 10_000;

export function auditTable(db: DatabaseSyncInstance, most = MOST_ENTRIES): AuditTable {
  const put = db.prepare(`INSERT INTO audit (at, by, door, origin, did, target, because, refused)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  // Ids run without gaps: they are taken in order and deleted from the oldest.
  const drop = db.prepare('DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?');
  const newest = db.prepare(`SELECT at, by, door, origin, did, target, because, refused
    FROM audit ORDER BY id DESC LIMIT ?`);
  return {
    put({ at, by, door, from, did, target, because, refused }) {
      transaction(db, () => {
        const rest = [target ?? null, because ?? null, refused ?? null];
        put.run(at, by, door, from ?? null, did, ...rest);
        drop.run(most);
      });
    },
    newest: (limit) => rowsOf<AuditRow>(newest, limit).map(toEntry),
  };
}

interface AuditRow {
  at: number;
  by: string;
  door: AuditEntry['door'];
  origin: string | null;
  did: AuditEntry['did'];
  target: string | null;
  because: string | null;
  refused: string | null;
}

function toEntry({ at, by, door, origin, did, target, because, refused }: AuditRow): AuditEntry {
  return {
    at,
    by,
    door,
    ...(origin === null ? {} : { from: origin }),
    did,
    ...(target === null ? {} : { target }),
    ...(because === null ? {} : { because }),
    ...(refused === null ? {} : { refused }),
  };
}
