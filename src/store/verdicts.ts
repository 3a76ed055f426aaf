import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { rowsOf } from './rows.ts';
import type { VerdictRow } from '../judge/record.ts';
import { isPassing } from './store-error.ts';
import { transaction } from './transaction.ts';

/** Bounds of the verdict log, in rows. */
export interface VerdictLimits {
  /** Most rows waiting to be written. */
  readonly buffered: number;
  /** Most rows kept in the database; the oldest go first. */
  readonly kept: number;
}

/** The verdicts of the database, behind a bounded buffer. */
export interface VerdictLog {
  /** Buffers the row; drops and counts it when the buffer is full. */
  record(row: VerdictRow): void;
  readonly waiting: number;
  readonly dropped: number;
  /** Newest first, buffered rows included. */
  of(target: string, limit: number): VerdictRow[];
  /** Of one call, by its channel or its SIP Call-ID; newest first. */
  ofCall(call: string, limit: number): VerdictRow[];
  /** Newest first, of all sources. */
  newest(limit: number): VerdictRow[];
  /**
   * Writes at most `most` buffered rows in one transaction. On an error that may pass (a full
   * disk) they stay buffered, else they are dropped; either way the error is thrown.
   */
  writeSome(most: number): void;
  /** Deletes rows older than this among the `most` oldest; returns how many. */
  pruneSome(before: number, most: number): number;
}

export function verdictLog(db: DatabaseSyncInstance, limits: VerdictLimits): VerdictLog {
  const sql = {
    insert: db.prepare(`INSERT INTO verdict (${COLUMNS})
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    of: db.prepare(`SELECT ${COLUMNS} FROM verdict WHERE target = ? ORDER BY id DESC LIMIT ?`),
    // Two searches by index; one with OR reads the whole table where either index is missing.
    call: db.prepare(`SELECT ${COLUMNS} FROM verdict WHERE id IN
      (SELECT id FROM verdict WHERE channel = ? UNION SELECT id FROM verdict WHERE call_id = ?)
      ORDER BY id DESC LIMIT ?`),
    newest: db.prepare(`SELECT ${COLUMNS} FROM verdict ORDER BY id DESC LIMIT ?`),
    span: db.prepare('SELECT min(id) AS oldest, max(id) AS newest FROM verdict'),
    drop: db.prepare('DELETE FROM verdict WHERE id < ?'),
    // A clock that was set back leaves late rows in front of older ones: those wait for `kept`.
    prune: db.prepare(`DELETE FROM verdict WHERE id IN (SELECT id FROM
      (SELECT id, seen_at FROM verdict ORDER BY id LIMIT ?) WHERE seen_at < ?)`),
  };
  const buffer: VerdictRow[] = [];
  let dropped = 0;

  return {
    record(row) {
      if (buffer.length >= limits.buffered) dropped++;
      else buffer.push(row);
    },
    get waiting() {
      return buffer.length;
    },
    get dropped() {
      return dropped;
    },
    of(target, limit) {
      const rows = buffered((row) => row.target === target, limit);
      const stored = rowsOf<StoredRow>(sql.of, target, limit - rows.length);
      return [...rows, ...stored.map(toVerdict)];
    },
    ofCall(call, limit) {
      const rows = buffered((row) => row.channel === call || row.callId === call, limit);
      const stored = rowsOf<StoredRow>(sql.call, call, call, limit - rows.length);
      return [...rows, ...stored.map(toVerdict)];
    },
    newest(limit) {
      const rows = buffered(() => true, limit);
      const stored = rowsOf<StoredRow>(sql.newest, limit - rows.length);
      return [...rows, ...stored.map(toVerdict)];
    },
    writeSome(most) {
      const rows = buffer.slice(0, most);
      try {
        transaction(db, () => {
          for (const row of rows) sql.insert.run(...valuesOf(row));
          dropOldest(rows.length);
        });
        buffer.splice(0, rows.length);
      } catch (error) {
        if (!isPassing(error)) dropped += buffer.splice(0, rows.length).length;
        throw error;
      }
    },
    pruneSome(before, most) {
      return sql.prune.run(most, before).changes;
    },
  };

  /** Newest first. */
  function buffered(wanted: (row: VerdictRow) => boolean, limit: number): VerdictRow[] {
    const rows: VerdictRow[] = [];
    for (let at = buffer.length - 1; at >= 0 && rows.length < limit; at--) {
      const row = buffer[at];
      if (row !== undefined && wanted(row)) rows.push(row);
    }
    return rows;
  }

  /** Ids run without large gaps, so their span is the number of rows. */
  function dropOldest(added: number): void {
    const [span] = rowsOf<{ oldest: number; newest: number }>(sql.span);
    if (span === undefined) return;
    const excess = span.newest - span.oldest + 1 - limits.kept;
    // A bound that was lowered is reached step by step: no transaction deletes many rows.
    if (excess > 0) sql.drop.run(span.oldest + Math.min(excess, added * 2));
  }
}

const COLUMNS = `seen_at, pbx, event, address, port, transport, target, verdict, rule, why, proof,
  account, calling_number, called_number, user_agent, call_id, channel, calling_name`;

interface StoredRow {
  seen_at: number;
  pbx: string;
  event: VerdictRow['event'];
  address: string;
  port: number;
  transport: VerdictRow['transport'];
  target: string;
  verdict: VerdictRow['verdict'];
  rule: string;
  why: string;
  proof: VerdictRow['proof'];
  account: string | null;
  calling_number: string | null;
  called_number: string | null;
  user_agent: string | null;
  call_id: string | null;
  channel: string | null;
  calling_name: string | null;
}

function valuesOf(row: VerdictRow): (string | number | null)[] {
  const { seenAt, pbx, event, address, port, transport, target, verdict, rule, why, proof } = row;
  const always = [seenAt, pbx, event, address, port, transport, target, verdict, rule, why, proof];
  const { account, callingNumber, calledNumber, userAgent, callId, channel, callingName } = row;
  return [
    ...always,
    account ?? null,
    callingNumber ?? null,
    calledNumber ?? null,
    userAgent ?? null,
    callId ?? null,
    channel ?? null,
    callingName ?? null,
  ];
}

function toVerdict(row: StoredRow): VerdictRow {
  const { pbx, event, address, port, transport, target, verdict, rule, why, proof } = row;
  return {
    seenAt: row.seen_at,
    pbx,
    event,
    address,
    port,
    transport,
    target,
    verdict,
    rule,
    why,
    proof,
    ...(row.account === null ? {} : { account: row.account }),
    ...(row.calling_number === null ? {} : { callingNumber: row.calling_number }),
    ...(row.calling_name === null ? {} : { callingName: row.calling_name }),
    ...(row.called_number === null ? {} : { calledNumber: row.called_number }),
    ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
    ...(row.call_id === null ? {} : { callId: row.call_id }),
    ...(row.channel === null ? {} : { channel: row.channel }),
  };
}
