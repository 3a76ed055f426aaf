import type { Ban } from '../judge/verdict.ts';
import type { AclEntry } from './acl-file.ts';
import { readIfThere, writeAtomically } from './acl-write.ts';
import { EnforceError, type Enforcer } from './enforcer.ts';
import { reconcile } from './reconcile.ts';
import { checkTargets } from './target.ts';

/** How one kind of PBX writes such a file. */
export interface AclForm {
  text(entries: readonly AclEntry[], before: string | undefined): string;
  entries(text: string): AclEntry[];
  /** Reports whether a file is ours to write over. */
  isOurs(text: string): boolean;
  /** What to do when it is not. */
  readonly foreignHint: string;
  /** What to do when the PBX would not read it. */
  readonly reloadHint: string;
  /** What to do when it read, and holds something else. */
  readonly notReadHint: string;
}

export interface AclPlaceOptions {
  readonly name: string;
  readonly file: string;
  readonly capacity: number;
  readonly form: AclForm;
  /** Has the PBX read its ACL files again; rejects when it says no or is away. */
  readonly reload: () => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Bans in force that the ACL has no room for. */
  readonly onSkipped: (targets: readonly string[]) => void;
  /** Rejects with EnforceError when the file must not be written, or not be read by the PBX. */
  readonly guard?: (before: string | undefined) => Promise<void>;
  /** Reports whether what the PBX has in force is what the file says. */
  readonly inForce?: (text: string) => Promise<boolean>;
  /** Reports whether the file lacks something that no ban brings. */
  readonly outdated?: (text: string) => boolean;
}

/**
 * A named list in an include file of our own, which the PBX reads when told. It cannot end a ban
 * by itself, and a reload has its price: changes that come during one share the next, and
 * `capacity` bounds the file.
 */
export function aclPlace(options: AclPlaceOptions): Enforcer {
  const { name, file, capacity, form, now, onSkipped, guard, inForce, outdated } = options;
  let waiting: Round | undefined;
  let running: Promise<unknown> = Promise.resolve();
  /** The file holds what the PBX has not read: its last reload failed. */
  let stale = false;
  /** The last text and what is in it: 50,000 entries take a sixth of a second to read. */
  let known: { readonly text: string; readonly entries: readonly AclEntry[] } | undefined;
  /** When the PBX was last found to hold what the file says. */
  let lookedAt = -Infinity;

  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = running.then(act);
    running = done.catch(() => undefined);
    return done;
  }

  function change(changes: readonly Change[]): Promise<void> {
    if (!waiting) {
      const round: Round = {
        changes: [],
        done: inTurn(() => {
          waiting = undefined;
          return write(round.changes);
        }),
      };
      waiting = round;
    }
    waiting.changes.push(...changes);
    return waiting.done;
  }

  async function write(changes: readonly Change[]): Promise<void> {
    const text = await read();
    const entries = new Map(entriesOf(text ?? '').map((entry) => [entry.target, entry]));
    for (const { target, entry } of changes) {
      if (entry) entries.set(target, entry);
      else entries.delete(target);
    }
    const kept = fitting([...entries.values()], now(), capacity);
    const next = form.text(kept, text);
    if (next === text && !stale) return;
    await guard?.(text);
    if (next !== text) {
      await store(next);
      known = { text: next, entries: kept };
      stale = true;
      const room = new Set(kept.map(({ target }) => target));
      const skipped = [...entries.values()].filter(
        ({ target, until }) => until > now() && !room.has(target),
      );
      if (skipped.length > 0) onSkipped(skipped.map(({ target }) => target));
    }
    await reload();
  }

  async function reload(): Promise<void> {
    stale = true;
    await inTime(options.reload()).catch((error: unknown) => {
      throw new EnforceError(`${name}: reload failed: ${String(error)}`, form.reloadHint, error);
    });
    stale = false;
  }

  async function look(): Promise<ReadonlySet<string>> {
    let text = await read();
    if (stale || text === undefined || text.trim() === '' || outdated?.(text) === true) {
      await write([]);
      text = (await read()) ?? '';
    }
    const at = now();
    if (at - lookedAt >= LOOK_MS) {
      await guard?.(text);
      if ((await inForce?.(text)) === false) {
        // Takes out what is over, too: bans end even where the two never come to agree.
        stale = true;
        await write([]);
        text = (await read()) ?? '';
        if ((await inForce?.(text)) === false) throw notRead(name, file, form.notReadHint);
      }
      lookedAt = at;
    }
    return new Set(entriesOf(text).map(({ target }) => target));
  }

  function entriesOf(text: string): readonly AclEntry[] {
    if (known?.text !== text) known = { text, entries: form.entries(text) };
    return known.entries;
  }

  async function read(): Promise<string | undefined> {
    const text = await readIfThere(file).catch((error: unknown) => {
      throw unwritable(name, file, error);
    });
    if (text === undefined || text.trim() === '' || form.isOurs(text)) return text;
    throw new EnforceError(
      `${name}: ${file} was not written by Ghostgate and is left alone`,
      form.foreignHint,
    );
  }

  function store(text: string): Promise<void> {
    return writeAtomically(file, text).catch((error: unknown) => {
      throw unwritable(name, file, error);
    });
  }

  return {
    name,
    capacity,
    async open() {
      // The PBX reads the file when it starts, and again with the first change.
      await inTurn(async () => {
        if ((await read()) !== undefined) return;
        await guard?.(undefined);
        await store(form.text([], undefined));
      });
    },
    present: () => inTurn(look),
    async ban(bans: readonly Ban[]) {
      checkTargets(name, bans);
      await change(bans.map((ban) => ({ target: ban.target, entry: ban })));
    },
    async release(targets) {
      const changes = targets.map((target) => ({ target, entry: undefined }));
      checkTargets(name, changes);
      await change(changes);
    },
    async close() {
      await running;
    },
  };
}

interface Change {
  readonly target: string;
  /** Undefined when it is released. */
  readonly entry: AclEntry | undefined;
}

/** Changes that share one write and one reload. */
interface Round {
  readonly changes: Change[];
  readonly done: Promise<void>;
}

/** The same choice as the tick makes, so that the two never undo each other's. */
function fitting(entries: readonly AclEntry[], now: number, capacity: number): AclEntry[] {
  const bans = entries.map((entry): Ban => ({ rule: '', why: '', proof: 'proven', ...entry }));
  return reconcile(bans, new Set(), now, capacity).ban;
}

/** Should the PBX never answer, later bans must still be written. */
export function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ANSWER_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

const ANSWER_MS = 30_000;
/** What the PBX holds is a text as long as the file: it is not asked for at every tick. */
const LOOK_MS = 30_000;

function unwritable(name: string, file: string, cause: unknown): EnforceError {
  return new EnforceError(
    `${name}: cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Does the folder exist, and may Ghostgate write in it?',
    cause,
  );
}

function notRead(name: string, file: string, hint: string): EnforceError {
  return new EnforceError(`${name}: the PBX does not hold what ${file} says`, hint);
}
