import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isAbsent } from '../policy/read-file.ts';

const version = z.int().min(0);
const counts = { good: z.number(), lost: z.number(), refused: z.number(), overBudget: z.number() };
const givenUp = z.object({ version, why: z.string(), since: z.number() });
const state = z.object({
  ring: z.string(),
  version,
  sha256: z.string(),
  takenAt: z.number(),
  /** When the order came that it was taken by. */
  since: z.number(),
  before: z.object({ version, sha256: z.string() }).optional(),
  soak: z
    .object({ until: z.number(), usual: z.array(z.object({ ms: z.number(), ...counts })).max(4) })
    .optional(),
  refused: givenUp.optional(),
  rolledBack: givenUp.optional(),
});

/** What this site has of the fleet's operator. Times in ms since the epoch. */
export type BaseState = z.infer<typeof state>;

/**
 * Three files beside the database, for their owner alone: what lies under the site's policy, what
 * lay there before, and which versions these are. Synchronous. Throws as node:fs.
 */
export interface BaseShelf {
  state(): BaseState;
  /** The text of a version that is kept here, if it is whole. */
  text(of: { readonly version: number; readonly sha256: string }): string | undefined;
  /** @param text undefined: nothing lies under the policy any more */
  take(next: BaseState, text: string | undefined): void;
  note(next: BaseState): void;
}

/** @param baseFile where policy/layers looks for it */
export function baseShelf(baseFile: string): BaseShelf {
  const folder = dirname(baseFile);
  const stateFile = join(folder, 'state.json');
  const beforeFile = join(folder, 'before.yaml');
  const note = (next: BaseState): void => write(stateFile, JSON.stringify(next));
  return {
    state: () => stateIn(stateFile, read(baseFile)),
    text: ({ sha256 }) =>
      [read(baseFile), read(beforeFile)].find(
        (text) => text !== undefined && digest(text) === sha256,
      ),
    take(next, text) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const present = read(baseFile);
      // In this order a crash in between leaves the old one in force, and known for what it is.
      if (present !== undefined && digest(present) === next.before?.sha256) {
        write(beforeFile, present);
      }
      // On the way back what does harm goes first; were it cut off there, all of it comes once more.
      if (next.rolledBack === undefined) note(next);
      if (text === undefined) rmSync(baseFile, { force: true });
      else write(baseFile, text);
      if (next.rolledBack !== undefined) note(next);
    },
    note(next) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      note(next);
    },
  };
}

/** Which version lies under a policy, for `check`: 0 when none does. */
export function versionUnder(baseFile: string): number {
  return baseShelf(baseFile).state().version;
}

export const NO_BASE: BaseState = { ring: '', version: 0, sha256: '', takenAt: 0, since: 0 };

function stateIn(file: string, text: string | undefined): BaseState {
  const kept = parse(read(file));
  if (text === undefined) return kept.version === 0 ? kept : { ...kept, ...NOTHING };
  const sha256 = digest(text);
  if (sha256 === kept.sha256) return kept;
  // It was cut off before the file took its place; or somebody wrote into it: then it is no version.
  const under = kept.before?.sha256 === sha256 ? kept.before.version : 0;
  return { ...kept, ...NOTHING, version: under, sha256 };
}

const NOTHING = { version: 0, sha256: '', soak: undefined };

function parse(text: string | undefined): BaseState {
  try {
    const found = state.safeParse(JSON.parse(text ?? ''));
    return found.success ? found.data : NO_BASE;
  } catch {
    return NO_BASE;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function write(file: string, text: string): void {
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  const handle = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
