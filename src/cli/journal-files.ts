import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReplayError } from '../replay/lines.ts';

/**
 * A folder stands for the journal's files in it, oldest first; anything else for itself.
 * Throws ReplayError.
 */
export async function journalFiles(path: string): Promise<string[]> {
  const about = await stat(path).catch(() => undefined);
  if (about?.isDirectory() !== true) return [path];
  const names = (await readdir(path)).filter((name) => /\.jsonl(?:\.gz)?$/.test(name));
  if (names.length > 0) return names.toSorted().map((name) => join(path, name));
  throw new ReplayError(`no journal in ${path}`, 'name its folder, <store.path>/journal, or files');
}
