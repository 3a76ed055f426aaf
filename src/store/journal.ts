import * as fs from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { JournalRecord } from '../judge/journal.ts';
import { StoreError } from './store-error.ts';

/** The bounded journal of judged events, a folder of files of JSON lines. */
export interface Journal {
  /** Takes one record; returns at once. Over its bound the newest are dropped and counted. */
  write(record: JournalRecord): void;
  /** Records that could not be kept since the start. */
  readonly dropped: number;
  /** Writes what still waits. */
  close(): Promise<void>;
}

export interface JournalOptions {
  readonly limits: () => JournalLimits;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Lines that each new file begins with, so that it can be replayed without those before it. */
  readonly preamble: () => readonly JournalRecord[];
  /** Called when writing begins to fail, once until it works again. Must not throw. */
  failed?(error: StoreError): void;
}

/** Either bound at 0 keeps no journal at all. */
export interface JournalLimits {
  readonly days: number;
  readonly megabytes: number;
}

/** Where it lies, in the folder of store.path. */
export const JOURNAL_FOLDER = 'journal';

/** Records that may wait for the disk: a few seconds of a heavy flood. */
const MOST_WAITING = 20_000;
/** Records in one write, a hundred kilobytes: turning them into text takes a millisecond. */
const BATCH = 250;
const PAUSE_MS = 250;
const DAY_MS = 86_400_000;
const MEGABYTE = 1_048_576;
/** The bound is kept by removing whole files: each takes this share of it at the most. */
const FILES = 10;
/** Between two refusals of the disk and the next try. */
const RETRY_MS = 5000;

/**
 * Everything here happens beside the event path: `write` keeps the object, and text is made and
 * written in small batches by turns. A disk that stalls costs records, never a verdict.
 * @param folder made when it is missing; its files are for their owner alone
 */
export function openJournal(folder: string, options: JournalOptions): Journal {
  const waiting: JournalRecord[] = [];
  let dropped = 0;
  let file: { fd: number; bytes: number; day: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let failing = false;
  let closed = false;

  const isOff = (): boolean => {
    const { days, megabytes } = options.limits();
    return days === 0 || megabytes === 0;
  };

  function wake(ms: number): void {
    if (closed || timer !== undefined || writing !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      const startedAt = performance.now();
      writing = writeSome().finally(() => {
        writing = undefined;
        // It takes a fifth of the time at the most, as the verdicts' pump does.
        const rest = failing ? RETRY_MS : (performance.now() - startedAt) * 4;
        if (waiting.length > 0) wake(Math.max(1, rest));
      });
    }, ms).unref();
  }

  async function writeSome(): Promise<void> {
    try {
      const batch = waiting.slice(0, BATCH);
      const bytes = Buffer.from(textOf(batch));
      await roll(bytes.length);
      if (file === undefined) throw new Error('no file is open');
      await writeAll(file.fd, bytes);
      file.bytes += bytes.length;
      // More may have come while the disk was busy: those are still to be written.
      waiting.splice(0, batch.length);
      failing = false;
    } catch (cause) {
      await close();
      if (!failing) options.failed?.(journalError(folder, cause));
      failing = true;
    }
  }

  /** Sees to it that a file with room is open, and that all of them keep to the bounds. */
  async function roll(incoming: number): Promise<void> {
    const now = options.now();
    const most = (options.limits().megabytes * MEGABYTE) / FILES;
    const day = Math.floor(now / DAY_MS);
    if (file !== undefined && file.day === day && file.bytes + incoming <= most) return;
    await close();
    makeFolder(folder);
    const bytes = Buffer.from(textOf(options.preamble()));
    await prune(folder, options.limits(), now, Math.max(most, bytes.length + incoming));
    const fd = await open(join(folder, nameOf(now)), 'a', 0o600);
    file = { fd, bytes: bytes.length, day };
    await writeAll(fd, bytes);
  }

  async function close(): Promise<void> {
    const { fd } = file ?? {};
    file = undefined;
    if (fd !== undefined) await closeFile(fd).catch(() => undefined);
  }

  return {
    write(record) {
      if (isOff()) return;
      if (waiting.length >= MOST_WAITING) dropped++;
      else waiting.push(record);
      wake(PAUSE_MS);
    },
    get dropped() {
      return dropped;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await writing;
      failing = false;
      while (waiting.length > 0 && !failing) await writeSome();
      dropped += waiting.length;
      await close();
      // What follows must not run inside the callback of a file operation: where that was the end
      // of a process, Node 20.20 now and then waited for ever in Environment::CleanupHandles.
      await setImmediate();
    },
  };
}

const open = promisify(fs.open);
const write = promisify(fs.write);
const closeFile = promisify(fs.close);

async function writeAll(fd: number, bytes: Buffer): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    from += (await write(fd, bytes, from, bytes.length - from, null)).bytesWritten;
  }
}

/** Removes the oldest files until the bounds are kept, with room for so many bytes more. */
async function prune(
  folder: string,
  { days, megabytes }: JournalLimits,
  now: number,
  room: number,
): Promise<void> {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).toSorted();
  const files = await Promise.all(
    names.map(async (name) => ({ name, about: await stat(join(folder, name)) })),
  );
  let bytes = files.reduce((sum, { about }) => sum + about.size, 0);
  for (const { name, about } of files) {
    const old = about.mtimeMs < now - days * DAY_MS;
    if (!old && bytes <= megabytes * MEGABYTE - room) continue;
    await unlink(join(folder, name));
    bytes -= about.size;
  }
}

/** Names sort by time: `2026-11-25T21-49-47.123Z.jsonl`. */
function nameOf(now: number): string {
  return `${new Date(now).toISOString().replaceAll(':', '-')}.jsonl`;
}

const FILE_NAME = /^\d{4}-\d{2}-\d{2}T[\d-]{8}\.\d{3}Z\.jsonl$/;

function makeFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.chmodSync(folder, 0o700);
}

function textOf(records: readonly JournalRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function journalError(folder: string, cause: unknown): StoreError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    `cannot write the journal in ${folder}: ${why}`,
    'Make room on the disk of store.path, or set capture.megabytes lower; guarding goes on.',
    cause,
  );
}
