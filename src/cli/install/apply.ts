import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Change, Plan } from './change.ts';
import {
  disk,
  makeFoldersFor,
  ownershipFor,
  removeEmptyFolder,
  removeFile,
  writeWhole,
} from './disk.ts';
import { InstallError } from './install-error.ts';
import {
  ROOT_ONLY,
  sha256,
  writeManifest,
  type Entry,
  type Kind,
  type Manifest,
} from './manifest.ts';
import { openTable } from './open-table.ts';
import { moving } from './row.ts';

export interface Target {
  readonly kind: Kind;
  /** Folder of the PBX's configuration. */
  readonly folder: string;
  /** A file of it that the PBX can read: new ones get its owner. */
  readonly like: string;
  /** Folder of backups and manifests. */
  readonly state: string;
  /** FusionPBX's config.conf, which leads to its rows. */
  readonly config: string;
}

/**
 * Writes a plan: first backups and the manifest, then each file, at once or not at all. Throws
 * InstallError, and then every file is as it was.
 * @param earlier what an earlier install left
 */
export function apply(plan: Plan, earlier: Manifest | undefined, target: Target): void {
  const { kind, folder, state, like, config } = target;
  const moved = plan.changes.find(({ path, now }) => disk.read(path) !== now);
  if (moved !== undefined) {
    throw new InstallError(`${moved.path} was changed just now`, 'run ghostgate install again');
  }
  try {
    mkdirSync(join(state, kind, 'files'), { recursive: true, mode: 0o700 });
    const files = plan.changes.flatMap((change, at) =>
      backUp(change, at, earlier, join(state, kind, 'files')),
    );
    const folders = earlier?.folders ?? [];
    const rows = plan.rows.flatMap(({ after }) =>
      after === undefined ? [] : { config, row: after },
    );
    const { reload } = plan;
    const manifest: Manifest = {
      version: 1,
      kind,
      folder,
      files,
      ...(rows.length === 0 ? {} : { rows }),
      folders,
      reload,
    };
    // Written before and after: whatever happens between, uninstall knows of every file.
    writeManifest(state, manifest);
    const made = writeAll(plan, like, config);
    if (made.length > 0) writeManifest(state, { ...manifest, folders: [...folders, ...made] });
  } catch (cause) {
    if (cause instanceof InstallError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InstallError(
      `nothing was changed: ${why}`,
      'run it as root, on a disk that can be written',
      { cause },
    );
  }
}

/** The entry of a file, after its text without us was kept. Nothing is kept of one that goes. */
function backUp(
  change: Change,
  at: number,
  earlier: Manifest | undefined,
  backups: string,
): Entry[] {
  const { path, style, keeper, now, before, after } = change;
  if (after === undefined) return [];
  const known = earlier?.files.find((entry) => entry.path === path);
  // Whether there was a file at all, the first install saw; ours look the same with and without us.
  const isNew = known === undefined ? before === undefined : known.backup === undefined;
  const entry = { path, style, keeper, after: sha256(after) };
  if (isNew && (before === undefined || before === '' || style === 'plain')) return [entry];
  if (known?.backup !== undefined && style === 'plain') return [{ ...known, after: entry.after }];
  const text = before ?? now ?? '';
  if (known?.backup !== undefined && known.before === sha256(text)) return [{ ...known, ...entry }];
  const taken = (earlier?.files ?? []).map(({ backup }) => Number.parseInt(backup ?? '0', 10));
  const backup = `${Math.max(0, ...taken) + at + 1}-${basename(path)}`;
  writeWhole(join(backups, backup), text, ROOT_ONLY);
  return [{ ...entry, backup, before: sha256(text) }];
}

/** Folders that were made. Takes everything back before it throws. */
function writeAll({ changes, rows }: Plan, like: string, config: string): string[] {
  const made: string[] = [];
  const written: Change[] = [];
  try {
    for (const change of changes.filter(({ now, after }) => now !== after)) {
      const { path, owner, after } = change;
      const ownership = ownershipFor(path, owner, like);
      made.push(...makeFoldersFor(path, ownership));
      if (after === undefined) removeFile(path);
      else writeWhole(path, after, ownership);
      written.push(change);
    }
    // Last, for they come all at once or not at all.
    if (moving(rows).length > 0) openTable(config).write(moving(rows));
  } catch (cause) {
    for (const { path, owner, now } of written.toReversed()) {
      if (now === undefined) removeFile(path);
      else writeWhole(path, now, ownershipFor(path, owner, like));
    }
    for (const each of made.toReversed()) removeEmptyFolder(each);
    throw cause;
  }
  return made;
}
