/** The database could not be opened, read or written; `hint` says what to do next. */
export class StoreError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.hint = hint;
  }
}

/** Runs database work; whatever SQLite throws becomes a StoreError that says what to do. */
export function guarded<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(`cannot ${what}: ${textOf(cause)}`, hintFor(cause), cause);
  }
}

/** Reports whether the file itself is damaged, so that only a new one helps. */
export function isCorrupt(error: unknown): boolean {
  return CORRUPT.has(primaryCode(error));
}

/** Reports whether the same work may succeed later: a full disk, a lock, a read-only mount. */
export function isPassing(error: unknown): boolean {
  return PASSING.has(primaryCode(error));
}

// Result codes as in https://sqlite.org/rescode.html; the low byte of an extended code.
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const FULL = 13;
const CANTOPEN = 14;
const CORRUPT = new Set([11, 26]);
const CODE_OF = new Map([
  ['database disk image is malformed', 11],
  ['file is not a database', 26],
  ['database is locked', BUSY],
  ['disk I/O error', IOERR],
  ['database or disk is full', FULL],
]);
const PASSING = new Set([BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN]);

function primaryCode(error: unknown): number {
  const cause = error instanceof StoreError ? error.cause : error;
  if (!(cause instanceof Error)) return 0;
  if ('errcode' in cause && typeof cause.errcode === 'number') return cause.errcode & 0xff;
  // The binding's all() forgets the code; the words are sqlite3_errstr's and as old as SQLite.
  return CODE_OF.get(cause.message) ?? 0;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function hintFor(cause: unknown): string {
  const code = primaryCode(cause);
  if (code === FULL) return 'The disk is full: make room, nothing else is needed.';
  if (code === BUSY || code === LOCKED) {
    return 'Another process holds the database: is a second ghostgate running on this folder?';
  }
  if (CORRUPT.has(code)) {
    return 'The file is damaged: restart ghostgate, it moves the file aside and begins a new one.';
  }
  return 'Check that the folder of store.path exists, is writable and lies on a healthy disk.';
}
