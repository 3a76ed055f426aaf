import { DatabaseSync } from '@photostructure/sqlite';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf } from './rows.ts';
import { migrate, versionOf } from './schema.ts';
import { StoreError, guarded, isCorrupt } from './store-error.ts';

/**
 * Opens the database in this folder, making both when they are missing.
 * A damaged file is moved aside and a new one begun, for a sidecar that refuses to start guards
 * nobody; `warning` tells it. Throws StoreError when the folder or file cannot be used.
 */
export function openDatabase(
  folder: string,
  now: number,
): { db: DatabaseSyncInstance; warning?: string } {
  const path = join(folder, 'ghostgate.db');
  makePrivate(folder, path);
  try {
    return { db: open(path) };
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    const aside = moveAside(path, now);
    makePrivate(folder, path);
    return {
      db: open(path),
      warning: `the database was damaged: moved to ${aside}, begun anew; earlier bans are forgotten`,
    };
  }
}

function open(path: string): DatabaseSyncInstance {
  return guarded(`open ${path}`, () => {
    const db = new DatabaseSync(path, { timeout: BUSY_MS });
    try {
      // Both are set at every open: synchronous is not kept in the file. With WAL, NORMAL never
      // damages the file; a power cut may cost the last moments (sqlite.org/pragma.html).
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      if (versionOf(db) > 0) check(db);
      migrate(db);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** Longest wait for another process's lock (a backup, say): the whole daemon waits with it. */
const BUSY_MS = 1000;

/** Only the tables a start depends on: the verdicts may be gigabytes. */
function check(db: DatabaseSyncInstance): void {
  const there = rowsOf<{ name: string }>(db.prepare(`SELECT name FROM sqlite_schema`));
  for (const { name: table } of there) {
    if (!/^(ban|grace|trunk_address|fleet_[a-z]+)$/.test(table)) continue;
    const answers = rowsOf<{ quick_check: string }>(db.prepare(`PRAGMA quick_check('${table}')`));
    const answer = answers[0]?.quick_check ?? 'no answer';
    if (answer !== 'ok') throw Object.assign(new Error(answer), { errcode: SQLITE_CORRUPT });
  }
}

const SQLITE_CORRUPT = 11;

/**
 * The file holds addresses and caller IDs: root alone may read it. It is made before SQLite opens
 * it, and SQLite gives the -wal and -shm files the mode of the main one. A folder that was there
 * keeps its mode: it may be shared.
 */
function makePrivate(folder: string, path: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  } catch (cause) {
    throw new StoreError(
      `cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Run as root, or name a writable folder in store.path.',
      cause,
    );
  }
}

function moveAside(path: string, now: number): string {
  const aside = `${path}.corrupt-${new Date(now).toISOString().replaceAll(':', '-')}`;
  return guarded(`move the damaged ${path} aside`, () => {
    for (const part of ['', '-wal', '-shm']) {
      if (existsSync(path + part)) renameSync(path + part, aside + part);
    }
    return aside;
  });
}
