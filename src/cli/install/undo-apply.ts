import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ownershipFor, removeEmptyFolder, removeFile, writeWhole } from './disk.ts';
import { InstallError } from './install-error.ts';
import { writeManifest } from './manifest.ts';
import type { Entry } from './manifest.ts';
import { openTable } from './open-table.ts';
import type { Undo } from './undo.ts';

/** Brings one install back. Throws InstallError; what was not brought back stays in the manifest. */
export function restore({ manifest, files, rows }: Undo, state: string): void {
  const kept = rows.filter(({ back }) => 'refused' in back).map(({ entry }) => entry);
  for (const { entry, back } of rows) {
    // One that cannot be deleted stops everything: the manifest still knows of it.
    if (back.change !== undefined) openTable(entry.config).write([back.change]);
  }
  const left: Entry[] = [];
  for (const { entry, back } of files) {
    if ('refused' in back) {
      left.unshift(entry);
      continue;
    }
    try {
      if (back.text === undefined) removeFile(entry.path);
      else if (back.text !== back.now) {
        writeWhole(entry.path, back.text, ownershipFor(entry.path, 'kept', manifest.folder));
      }
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new InstallError(
        `stopped at ${entry.path}: ${why}`,
        'mend that, then run ghostgate uninstall again',
        { cause },
      );
    }
  }
  for (const folder of manifest.folders.toReversed()) removeEmptyFolder(folder);
  if (left.length > 0 || kept.length > 0)
    return writeManifest(state, { ...manifest, files: left, rows: kept });
  rmSync(join(state, manifest.kind), { recursive: true });
  removeEmptyFolder(state);
}
