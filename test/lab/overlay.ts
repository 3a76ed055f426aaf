import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { must, run, type Undo } from './process.ts';

/**
 * Mounts a cached chroot so that it stays untouched: an overlay in the folder takes every write.
 * @param name of the chroot in the cache
 */
export async function mountOverlay(undo: Undo, name: string, folder: string): Promise<string> {
  const cache = process.env['GHOSTGATE_LAB_CACHE'] ?? '/var/cache/ghostgate-lab';
  const lower = join(cache, name);
  const upper = join(folder, 'upper');
  const work = join(folder, 'work');
  const root = join(folder, 'root');
  for (const path of [upper, work, root]) mkdirSync(path, { recursive: true });
  const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  await must('mount', ['-t', 'overlay', 'overlay', '-o', layers, root]);
  undo.add(`mount ${root}`, async () => void (await run('umount', ['-l', root])));
  return root;
}
