import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** Runs the work as one transaction: all of it is stored, or nothing when it throws. */
export function transaction<T>(db: DatabaseSyncInstance, work: () => T): T {
  // IMMEDIATE takes the write lock at once: a lock taken half-way through cannot be waited for.
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors (a full disk, for one) have rolled back already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
