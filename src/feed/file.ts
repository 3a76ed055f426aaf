import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { FeedError } from './feed-error.ts';
import type { Opened, Tags } from './fetch.ts';

/**
 * Opens a regular file as a list. Without blocking, for a FIFO in its place would hold its reader
 * for ever, and asked what it is only once it is open.
 * Throws FeedError when there is none.
 */
export async function openFile(path: string, known: Tags): Promise<Opened | undefined> {
  const handle = await opened(path);
  try {
    const etag = await stampOf(handle, path);
    if (etag === known.etag) {
      await handle.close();
      return undefined;
    }
    const close = async (): Promise<void> => {
      const after = await stampOf(handle, path);
      await handle.close();
      if (after === etag) return;
      throw new FeedError(`${path} was written while it was read`, 'it is read again in a minute');
    };
    return { bytes: handle.createReadStream({ autoClose: false }), tags: { etag }, close };
  } catch (error) {
    await handle.close().catch(() => {});
    throw error;
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FeedError(`${path} cannot be read: ${why}`, `ls -l ${path}`, { cause: error });
  }
}

async function stampOf(handle: FileHandle, path: string): Promise<string> {
  const about = await handle.stat({ bigint: true });
  if (!about.isFile()) throw new FeedError(`${path} is not a file`, 'name a file');
  return `${about.ino} ${about.size} ${about.mtimeNs}`;
}
