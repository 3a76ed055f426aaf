import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Change, Files } from './change.ts';
import { daemonUser } from './daemon-user.ts';

/** Mode, user and group of a file. */
export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Files made in its folder get the folder's group, whoever makes them. */
  readonly shared?: boolean;
}

/** The machine's own file system. Texts are latin1: every byte is one character. */
export const disk: Files = {
  read(path) {
    try {
      return readFileSync(path, 'latin1');
    } catch {
      return undefined;
    }
  },
  list(folder) {
    try {
      return readdirSync(folder).toSorted();
    } catch {
      return [];
    }
  },
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
};

/**
 * What a file has, or would be given.
 * @param like a file of the PBX that the PBX can read
 */
export function ownershipFor(path: string, owner: Change['owner'], like: string): Ownership {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) return { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const daemon = daemonUser(disk);
  if (owner === 'secret') {
    return daemon === undefined
      ? { mode: 0o600, ...own }
      : { mode: 0o640, uid: own.uid, gid: daemon.gid };
  }
  const { mode, uid, gid } = statSync(like, { throwIfNoEntry: false }) ?? { mode: 0o640, ...own };
  // Where everything is root's, the PBX may run as somebody else, who reads it because everybody may.
  const all = uid === 0 && gid === 0 ? mode & 0o644 : 0o640;
  // The daemon cannot give a file away: the group comes from the folder.
  if (owner === 'daemon' && daemon !== undefined)
    return { mode: all | 0o600, uid: daemon.uid, gid, shared: true };
  return { mode: all, uid, gid };
}

/**
 * Puts a text in place at once or not at all; behind a symbolic link, where it leads.
 * Throws what the file system throws.
 */
export function writeWhole(path: string, text: string, { mode, uid, gid }: Ownership): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const fresh = `${target}.ghostgate-new`;
  try {
    // A secret must not be readable for the moment before its mode is set. The folder may be
    // another user's, who must not choose what root writes through: the name is freed and made anew.
    rmSync(fresh, { force: true });
    const handle = openSync(fresh, 'wx', 0o600);
    try {
      writeFileSync(handle, text, 'latin1');
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    chownSync(fresh, uid, gid);
    chmodSync(fresh, mode);
    renameSync(fresh, target);
  } catch (cause) {
    if (statSync(fresh, { throwIfNoEntry: false })?.isFile() === true) unlinkSync(fresh);
    throw cause;
  }
}

/** Folders that were missing above a path and are made now, the outermost first. */
export function makeFoldersFor(path: string, { mode, uid, gid, shared }: Ownership): string[] {
  const missing: string[] = [];
  for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder))
    missing.unshift(folder);
  for (const folder of missing) {
    mkdirSync(folder);
    // Whoever may read the file may enter the folder.
    chownSync(folder, uid, gid);
    chmodSync(folder, mode | ((mode & 0o444) >> 2) | (shared === true ? 0o2000 : 0));
  }
  return missing;
}

export function removeFile(path: string): void {
  if (existsSync(path)) unlinkSync(path);
}

/** Takes a folder away when nothing is left in it. */
export function removeEmptyFolder(path: string): void {
  if (disk.isFolder(path) && readdirSync(path).length === 0) rmdirSync(path);
}
