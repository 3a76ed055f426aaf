import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { NoticeRow } from '../judge/record.ts';
import { rowsOf } from './rows.ts';
import { transaction } from './transaction.ts';

/** What the operator was told: the newest of it, for reports. */
export interface NoticeTable {
  put(notice: NoticeRow): void;
  /** Newest first. */
  since(at: number, limit: number): NoticeRow[];
}

const MOST_NOTICES = 2000;

export function noticeTable(db: DatabaseSyncInstance, most = MOST_NOTICES): NoticeTable {
  const put = db.prepare('INSERT INTO notice (at, text) VALUES (?, ?)');
  const drop = db.prepare('DELETE FROM notice WHERE id <= (SELECT max(id) FROM notice) - ?');
  const since = db.prepare('SELECT at, text FROM notice WHERE at >= ? ORDER BY id DESC LIMIT ?');
  return {
    put({ at, text }) {
      transaction(db, () => {
        put.run(at, text);
        drop.run(most);
      });
    },
    since: (at, limit) => rowsOf<NoticeRow>(since, at, limit),
  };
}
