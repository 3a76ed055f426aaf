import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isAbsent, reasonOf } from '../../policy/read-file.ts';

/** Told of the policy files of a folder. Every callback returns at once and never throws. */
export interface FolderListener {
  /** All files of sites there are now, sorted. */
  files(files: readonly string[]): void;
  /** The folder cannot be read; undefined when it can be again. */
  unreadable(why: string | undefined): void;
}

/**
 * Watches which policy files lie in a folder: `*.yaml` and `*.yml`, but none that begins with `_`
 * or `.`, so that a base of all sites may lie among them. Looks every two seconds, for the same
 * reasons as watchPolicy; a file counts as gone when two looks in a row miss it, for whoever
 * replaces a file may take it away for a moment. A folder that cannot be read changes nothing.
 */
export function watchFolder(
  folder: string,
  on: FolderListener,
  pollMs = 2000,
): { readonly first: Promise<void>; close(): void } {
  let told: readonly string[] = [];
  let before: readonly string[] = [];
  let problem: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function look(): Promise<void> {
    const found = await policyFiles(folder);
    if (closed) return;
    const why = 'why' in found ? found.why : undefined;
    if (why !== problem) on.unreadable(why);
    problem = why;
    if ('why' in found) return;
    const missed = before.filter((file) => told.includes(file));
    const kept = [...new Set([...found.files, ...missed])].toSorted();
    before = found.files;
    if (isDeepStrictEqual(kept, told)) return;
    told = kept;
    on.files(kept);
  }
  async function poll(): Promise<void> {
    await look();
    if (!closed) timer = setTimeout(() => void poll(), pollMs);
  }
  return {
    first: poll(),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** The policy files of a folder by their whole paths, sorted; or why they cannot be told. */
export async function policyFiles(
  folder: string,
): Promise<{ readonly files: string[] } | { readonly why: string }> {
  try {
    const names = await readdir(folder);
    const sites = names.filter((name) => /^[^._].*\.ya?ml$/.test(name)).toSorted();
    return { files: sites.map((name) => join(folder, name)) };
  } catch (error) {
    return { why: `${folder}: ${isAbsent(error) ? 'there is no such folder' : reasonOf(error)}` };
  }
}
