import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { rowsOf } from './rows.ts';

/** The last good DNS answers of trunk hosts, so that a start without DNS still knows them. */
export interface TrunkTable {
  all(): Map<string, string[]>;
  put(host: string, addresses: readonly string[], now: number): void;
}

export function trunkTable(db: DatabaseSyncInstance): TrunkTable {
  const all = db.prepare('SELECT host, addresses FROM trunk_address');
  const put = db.prepare(`INSERT INTO trunk_address (host, addresses, resolved_at) VALUES (?, ?, ?)
    ON CONFLICT (host) DO UPDATE SET addresses = excluded.addresses,
      resolved_at = excluded.resolved_at`);
  return {
    all() {
      const rows = rowsOf<{ host: string; addresses: string }>(all);
      return new Map(rows.map(({ host, addresses }) => [host, addresses.split(' ')]));
    },
    put(host, addresses, now) {
      // An empty answer is no good answer: the last one stays.
      if (addresses.length > 0) put.run(host, addresses.join(' '), now);
    },
  };
}
