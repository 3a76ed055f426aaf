import { auditTable } from './audit.ts';
import { banTable } from './bans.ts';
import { openDatabase } from './database.ts';
import { fleetTable } from './fleet.ts';
import { historyTable } from './history.ts';
import { lockdownTable } from './lockdown.ts';
import { noticeTable } from './notices.ts';
import { pump } from './pump.ts';
import { recallTable } from './recall.ts';
import { StoreError, guarded } from './store-error.ts';
import type { Store } from './store.ts';
import { trunkTable } from './trunks.ts';
import { verdictLog } from './verdicts.ts';
import type { VerdictLimits } from './verdicts.ts';

export interface StoreOptions {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Called when writing verdicts begins to fail, once until it works again. Must not throw. */
  failed?(error: StoreError): void;
  readonly limits?: VerdictLimits;
}

export interface SqliteStore extends Store {
  /** What the operator must hear about the opening: a damaged file was moved aside. */
  readonly warning?: string;
}

/**
 * Opens the one memory in this folder. A replaced running ban leaves one record. Bans that were
 * released by hand do not count as earlier bans: a person said they were wrong.
 * Throws StoreError here and from every call.
 */
export function openStore(folder: string, options: StoreOptions): SqliteStore {
  const { db, warning } = openDatabase(folder, options.now());
  const bans = guarded('read the bans', () => banTable(db, options));
  const trunks = guarded('read the trunks', () => trunkTable(db));
  const locks = guarded('read the lockdown', () => lockdownTable(db));
  const fleet = guarded('read the fleet', () => fleetTable(db));
  const recall = guarded('read the verdicts', () => recallTable(db));
  const history = guarded('read the history', () => historyTable(db));
  const trail = guarded('read the audit trail', () => auditTable(db));
  const notices = guarded('read the notices', () => noticeTable(db));
  const log = guarded('read the verdicts', () => verdictLog(db, options.limits ?? LIMITS));
  const chores = pump(work, PAUSE_MS);
  let pruning: { before: number; bansBefore: number } | undefined;
  let failing = false;

  function work(): boolean {
    try {
      if (log.waiting > 0) guarded('write verdicts', () => log.writeSome(STEP_ROWS));
      if (pruning !== undefined) guarded('prune', pruneStep);
      failing = false;
    } catch (error) {
      if (!failing && error instanceof StoreError) options.failed?.(error);
      failing = true;
      // What is left waits for the next verdict to wake the pump: no loop over a full disk.
      return false;
    }
    return log.waiting > 0 || pruning !== undefined;
  }

  function pruneStep(): void {
    if (pruning === undefined) return;
    const verdicts = log.pruneSome(pruning.before, STEP_ROWS);
    const ended = bans.pruneSome(pruning.bansBefore, STEP_ROWS);
    if (verdicts < STEP_ROWS && ended < STEP_ROWS) pruning = undefined;
  }

  return {
    ...(warning === undefined ? {} : { warning }),
    activeBans: (now) => guarded('read the bans', () => bans.activeBans(now)),
    bansOf: (target, limit) => guarded('read the bans', () => bans.bansOf(target, limit)),
    putBan: (ban) => guarded('store a ban', () => bans.putBan(ban)),
    release: (target, release) => guarded('store a release', () => bans.release(target, release)),
    graces: (now) => guarded('read the graces', () => bans.graces(now)),
    earlierBans: (since, forgetMs) =>
      guarded('read the bans', () => bans.earlierBans(since, forgetMs)),
    goodCalls: (since) => guarded('read the verdicts', () => recall.goodCalls(since)),
    dialled: (since) => guarded('read the verdicts', () => recall.dialled(since)),
    tries: (since) => guarded('read the verdicts', () => recall.tries(since)),
    record(row) {
      log.record(row);
      chores.wake();
    },
    get droppedRows() {
      return log.dropped;
    },
    verdictsOf: (target, limit) => guarded('read the verdicts', () => log.of(target, limit)),
    verdictsOfCall: (call, limit) => guarded('read the verdicts', () => log.ofCall(call, limit)),
    newestVerdicts: (limit) => guarded('read the verdicts', () => log.newest(limit)),
    count: (...counts) => guarded('store the history', () => history.add(...counts)),
    topsOf: (hourAt) => guarded('read the history', () => history.topsOf(hourAt)),
    history: (...time) => guarded('read the history', () => history.between(...time)),
    putAudit: (entry) => guarded('store the audit trail', () => trail.put(entry)),
    audit: (limit) => guarded('read the audit trail', () => trail.newest(limit)),
    putNotice: (notice) => guarded('store a notice', () => notices.put(notice)),
    notices: (at, limit) => guarded('read the notices', () => notices.since(at, limit)),
    trunkAddresses: () => guarded('read the trunks', () => trunks.all()),
    putTrunkAddresses: (host, addresses, now) =>
      guarded('store a trunk', () => trunks.put(host, addresses, now)),
    lockdown: () => guarded('read the lockdown', () => locks.get()),
    putLockdown: (lockdown) => guarded('store the lockdown', () => locks.put(lockdown)),
    fleet,
    prune(before, bansBefore = before) {
      pruning = { before, bansBefore };
      chores.wake();
    },
    close() {
      chores.stop();
      try {
        while (log.waiting > 0) guarded('write verdicts', () => log.writeSome(STEP_ROWS));
      } finally {
        // The binding leaves statements open until they are collected, and with them the -wal
        // file: emptied here, the database is whole in one file from now on.
        db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
        db.close();
      }
    },
  };
}

const LIMITS: VerdictLimits = { buffered: 20_000, kept: 2_000_000 };
/** From a verdict to the transaction that holds it, when nothing presses. */
const PAUSE_MS = 250;
/** Rows in one transaction: a few milliseconds. */
const STEP_ROWS = 500;
