import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { GOOD_CALLS } from './recall.ts';
import { rowsOf } from './rows.ts';
import { StoreError } from './store-error.ts';
import { transaction } from './transaction.ts';

/** Brings the tables to this program's version, one migration a transaction. */
export function migrate(db: DatabaseSyncInstance): void {
  const version = versionOf(db);
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      `the database is of version ${version}, this ghostgate knows ${MIGRATIONS.length}`,
      'A newer ghostgate wrote it: run that one, or name another folder in store.path.',
    );
  }
  for (const [at, sql] of MIGRATIONS.entries()) {
    if (at < version) continue;
    transaction(db, () => db.exec(`${sql}; PRAGMA user_version = ${at + 1}`));
  }
}

/** Version of the tables; 0 for a new file. */
export function versionOf(db: DatabaseSyncInstance): number {
  const [row] = rowsOf<{ user_version: number }>(db.prepare('PRAGMA user_version'));
  return row?.user_version ?? 0;
}

/**
 * Never edit one that was released; append. A ban runs while `how` is null, and the partial
 * unique index holds each target to one running ban. Verdict ids grow with time, so the oldest
 * rows are the smallest ids and pruning needs no index on time.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE ban (
    id INTEGER PRIMARY KEY,
    target TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    rule TEXT NOT NULL,
    why TEXT NOT NULL,
    proof TEXT NOT NULL,
    quarantine INTEGER NOT NULL,
    by TEXT NOT NULL,
    pbx TEXT,
    how TEXT,
    ended_at INTEGER,
    ended_by TEXT,
    because TEXT
  ) STRICT;
  CREATE UNIQUE INDEX ban_running ON ban (target) WHERE how IS NULL;
  CREATE INDEX ban_until ON ban (until) WHERE how IS NULL;
  CREATE INDEX ban_ended ON ban (ended_at) WHERE how IS NOT NULL;
  CREATE INDEX ban_target ON ban (target);
  CREATE TABLE grace (target TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE verdict (
    id INTEGER PRIMARY KEY,
    seen_at INTEGER NOT NULL,
    pbx TEXT NOT NULL,
    event TEXT NOT NULL,
    address TEXT NOT NULL,
    port INTEGER NOT NULL,
    transport TEXT NOT NULL,
    target TEXT NOT NULL,
    verdict TEXT NOT NULL,
    rule TEXT NOT NULL,
    why TEXT NOT NULL,
    proof TEXT NOT NULL,
    account TEXT,
    calling_number TEXT,
    called_number TEXT,
    user_agent TEXT
  ) STRICT;
  CREATE INDEX verdict_target ON verdict (target);
  CREATE TABLE trunk_address (
    host TEXT PRIMARY KEY,
    addresses TEXT NOT NULL,
    resolved_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE lockdown (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    confirmed_at INTEGER NOT NULL,
    by TEXT NOT NULL
  ) STRICT;
  `,
  `CREATE INDEX verdict_good ON verdict (target, seen_at) WHERE ${GOOD_CALLS}`,
  `
  ALTER TABLE verdict ADD COLUMN call_id TEXT;
  ALTER TABLE verdict ADD COLUMN channel TEXT;
  CREATE INDEX verdict_call_id ON verdict (call_id) WHERE call_id IS NOT NULL;
  CREATE INDEX verdict_channel ON verdict (channel) WHERE channel IS NOT NULL;
  `,
  `
  ALTER TABLE verdict ADD COLUMN calling_name TEXT;
  CREATE TABLE count_recent (
    at INTEGER NOT NULL,
    pbx TEXT NOT NULL,
    measure TEXT NOT NULL,
    rule TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (at, pbx, measure, rule)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE count_hour (
    at INTEGER NOT NULL,
    pbx TEXT NOT NULL,
    measure TEXT NOT NULL,
    rule TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (at, pbx, measure, rule)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE top_hour (
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    pbx TEXT NOT NULL,
    name TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (at, kind, pbx, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    door TEXT NOT NULL,
    origin TEXT,
    did TEXT NOT NULL,
    target TEXT,
    because TEXT,
    refused TEXT
  ) STRICT;
  `,
  `CREATE TABLE notice (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT`,
  `
  CREATE TABLE fleet_member (site TEXT PRIMARY KEY, key TEXT, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE fleet_heard (site TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE fleet_claim (
    target TEXT NOT NULL,
    site TEXT NOT NULL,
    rule TEXT NOT NULL,
    proof TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (target, site)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE fleet_freed (
    target TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    because TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE fleet_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE fleet_unsent (id INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL) STRICT;
  `,
];
