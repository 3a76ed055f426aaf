import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** A small file read whole, or why not. */
export type SmallFile =
  | { readonly bytes: Buffer; readonly mode: number }
  /** `absent`: there is nothing of this name. */
  | { readonly mistake: string; readonly absent?: boolean };

/**
 * Reads a regular file of at most `mostBytes`. Opened without blocking, for a FIFO in its place
 * would hold the daemon for ever, and asked what it is only once it is open, so that nobody can
 * exchange it in between.
 */
export async function readSmallFile(path: string, mostBytes: number): Promise<SmallFile> {
  let handle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const about = await handle.stat();
    if (!about.isFile()) return { mistake: about.isDirectory() ? 'is a folder' : 'is not a file' };
    const chunks: Buffer[] = [];
    for (let length = 0; length <= mostBytes;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK_BYTES));
      if (bytesRead === 0) return { bytes: Buffer.concat(chunks), mode: about.mode };
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return { mistake: `is larger than ${mostBytes} bytes` };
  } catch (error) {
    return { mistake: `cannot be read: ${reasonOf(error)}`, absent: isAbsent(error) };
  } finally {
    await handle?.close();
  }
}

const CHUNK_BYTES = 16_384;

/** There is nothing of this name. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Why the system would not read or write, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  ENOTDIR: 'part of its path is not a folder',
  ELOOP: 'its links go in a circle',
  ENAMETOOLONG: 'its name is too long',
  EISDIR: 'it is a folder',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
  ENXIO: 'it is a socket or a pipe that nobody writes to',
};
