import type { Ban } from '../judge/verdict.ts';
import type { EnforcerPolicy } from '../policy/policy.ts';
import { aclEntries, aclText, isOurs, type AclEntry } from './acl-file.ts';
import { readIfThere, writeAtomically } from './acl-write.ts';
import { EnforceError, type Enforcer } from './enforcer.ts';
import { reconcile } from './reconcile.ts';
import { checkTargets } from './target.ts';

type AsteriskAclPolicy = Omit<Extract<EnforcerPolicy, { kind: 'asterisk-acl' }>, 'kind' | 'pbxs'>;

export interface AsteriskAclOptions {
  /** Has the PBX read its ACL files again; rejects when it says no or is away. */
  readonly reload: () => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Bans in force that the ACL has no room for. */
  readonly onSkipped?: (targets: readonly string[]) => void;
}

/**
 * A named ACL in an include file of our own. Asterisk cannot end a ban by itself, and reading the
 * file again costs the square of its length (facts: 1,000 lines 3 ms, 50,000 lines 18 s): changes
 * that come during a reload share the next one, and `capacity` bounds the file.
 */
export function asteriskAcl(policy: AsteriskAclPolicy, options: AsteriskAclOptions): Enforcer {
  const { file, acl, capacity } = policy;
  const { reload, now = Date.now, onSkipped = () => {} } = options;
  checkName(acl);
  let waiting: Round | undefined;
  let running: Promise<void> = Promise.resolve();
  /** The file holds what Asterisk has not read: its last reload failed. */
  let stale = false;

  function change(changes: readonly Change[]): Promise<void> {
    if (!waiting) {
      const round: Round = { changes: [], done: running.then(() => begin(round)) };
      waiting = round;
      running = round.done.catch(() => undefined);
    }
    waiting.changes.push(...changes);
    return waiting.done;
  }

  async function begin(round: Round): Promise<void> {
    waiting = undefined;
    try {
      if (await write(round.changes)) stale = true;
    } catch (error) {
      throw error instanceof EnforceError ? error : unwritable(file, error);
    }
    if (!stale) return;
    await inTime(reload()).catch((error: unknown) => {
      throw new EnforceError(`asterisk-acl: reload failed: ${String(error)}`, RELOAD_HINT, error);
    });
    stale = false;
  }

  /** Reports whether the file changed. */
  async function write(changes: readonly Change[]): Promise<boolean> {
    const text = await read();
    const entries = new Map(aclEntries(text ?? '').map((entry) => [entry.target, entry]));
    for (const { target, entry } of changes) {
      if (entry) entries.set(target, entry);
      else entries.delete(target);
    }
    const kept = fitting([...entries.values()], now(), capacity);
    const next = aclText(acl, kept);
    if (next === text) return false;
    await writeAtomically(file, next);
    const room = new Set(kept.map(({ target }) => target));
    const skipped = [...entries.values()].filter(
      ({ target, until }) => until > now() && !room.has(target),
    );
    if (skipped.length > 0) onSkipped(skipped.map(({ target }) => target));
    return true;
  }

  async function read(): Promise<string | undefined> {
    const text = await readIfThere(file).catch((error: unknown) => {
      throw unwritable(file, error);
    });
    if (text === undefined || text.trim() === '' || isOurs(text)) return text;
    throw new EnforceError(
      `asterisk-acl: ${file} was not written by Ghostgate and is left alone`,
      'Name a file of its own in the policy, and #include it in acl.conf.',
    );
  }

  return {
    name: 'asterisk-acl',
    capacity,
    async open() {
      // Asterisk reads the file when it starts, and again with the first change.
      if ((await read()) === undefined)
        await write([]).catch((error: unknown) => {
          throw unwritable(file, error);
        });
    },
    async present() {
      if (stale) await change([]);
      return new Set(aclEntries((await read()) ?? '').map(({ target }) => target));
    },
    async ban(bans: readonly Ban[]) {
      checkTargets('asterisk-acl', bans);
      await change(bans.map((ban) => ({ target: ban.target, entry: ban })));
    },
    async release(targets) {
      const changes = targets.map((target) => ({ target, entry: undefined }));
      checkTargets('asterisk-acl', changes);
      await change(changes);
    },
    close: () => running,
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

function inTime(reloaded: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), RELOAD_MS);
  });
  return Promise.race([reloaded, late]).finally(() => clearTimeout(timer));
}

/** Should the PBX never answer, later bans must still be written. */
const RELOAD_MS = 30_000;
const RELOAD_HINT =
  'Is the PBX up, and does the AMI user have write=system? The file is written; the next tick tells the PBX again.';

function unwritable(file: string, cause: unknown): EnforceError {
  return new EnforceError(
    `asterisk-acl: cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Does the folder exist, and may Ghostgate write in it?',
    cause,
  );
}

/** It becomes a section of Asterisk's configuration. */
function checkName(acl: string): void {
  if (/^[A-Za-z0-9_-]{1,60}$/.test(acl)) return;
  throw new EnforceError(
    'asterisk-acl: bad ACL name',
    'An ACL is named with up to 60 letters, digits, - and _.',
  );
}
