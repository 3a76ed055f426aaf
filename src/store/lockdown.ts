import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { rowsOf } from './rows.ts';
import type { ConfirmedLockdown } from './store.ts';

/** The lockdown a person confirmed, at most one. */
export interface LockdownTable {
  get(): ConfirmedLockdown | undefined;
  put(lockdown: ConfirmedLockdown | undefined): void;
}

export function lockdownTable(db: DatabaseSyncInstance): LockdownTable {
  const get = db.prepare('SELECT confirmed_at AS confirmedAt, by FROM lockdown');
  const put = db.prepare(
    'INSERT OR REPLACE INTO lockdown (only, confirmed_at, by) VALUES (1, ?, ?)',
  );
  const end = db.prepare('DELETE FROM lockdown');
  return {
    get: () => rowsOf<ConfirmedLockdown>(get)[0],
    put(lockdown) {
      if (lockdown === undefined) end.run();
      else put.run(lockdown.confirmedAt, lockdown.by);
    },
  };
}
