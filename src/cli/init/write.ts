import { existsSync } from 'node:fs';
import { makeFoldersFor, ownershipFor, writeWhole } from '../install/disk.ts';
import { InstallError } from '../install/install-error.ts';

/** A file, of the kind that holds secrets: readable by root and the daemon alone. */
export interface OwnText {
  readonly path: string;
  readonly text: string;
}

/** Writes files that are not there yet, folders included. Throws InstallError. */
export function writeNew(files: readonly OwnText[]): void {
  for (const { path, text } of files) {
    if (existsSync(path)) continue;
    try {
      const ownership = ownershipFor(path, 'secret', path);
      makeFoldersFor(path, ownership);
      writeWhole(path, Buffer.from(text, 'utf8').toString('latin1'), ownership);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new InstallError(`${path} cannot be written: ${why}`, 'run it as root, or --out FILE', {
        cause,
      });
    }
  }
}

/** Where a new policy goes: the place itself, or `.new` beside a policy that is there. */
export function freePlace(policy: string): { path: string; isBeside: boolean } | undefined {
  if (!existsSync(policy)) return { path: policy, isBeside: false };
  const beside = `${policy}.new`;
  return existsSync(beside) ? undefined : { path: beside, isBeside: true };
}
