import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';

/** A file that cannot be replayed; `hint` says what to do. */
export class ReplayError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ReplayError';
    this.hint = hint;
  }
}

export interface LinesListener {
  /** One line without its end; cut, and marked so, when it is longer than any of a PBX. */
  line(text: string, tooLong: boolean): void;
  /** So many bytes of the file as it lies on the disk were read by now. */
  read?(bytes: number): void;
}

/** Characters of one line that are kept. A security line with all its fields has 700. */
const MOST_CHARS = 65_536;

/**
 * Reads a text file line by line, a gzip one too, whatever its name; memory is bounded by one
 * chunk and one line. Only a line feed ends a line.
 * Throws ReplayError.
 */
export async function readLines(path: string, on: LinesListener): Promise<void> {
  try {
    const packed = await isGzip(path);
    const file = createReadStream(path, { highWaterMark: 256 * 1024 });
    const bytes = packed ? file.pipe(createGunzip()) : file;
    // A pipe does not pass its source's errors on.
    if (bytes !== file) file.on('error', (error) => bytes.destroy(error));
    const cut = lineCutter(on);
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      cut.push(chunk);
      on.read?.(file.bytesRead);
    }
    cut.end();
  } catch (cause) {
    if (cause instanceof ReplayError) throw cause;
    throw unreadable(path, cause);
  }
}

/** When the file was last changed, and its length on the disk. Throws ReplayError. */
export async function aboutFile(path: string): Promise<{ changedAt: number; bytes: number }> {
  try {
    const handle = await open(path);
    try {
      const about = await handle.stat();
      if (!about.isFile()) throw new ReplayError(`${path} is not a file`, 'name a log file');
      return { changedAt: about.mtimeMs, bytes: about.size };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof ReplayError) throw cause;
    throw unreadable(path, cause);
  }
}

function lineCutter(on: LinesListener): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let skipping = false;
  const give = (text: string): void => {
    if (skipping) skipping = false;
    else if (text.length > MOST_CHARS) on.line(text.slice(0, MOST_CHARS), true);
    else on.line(text, false);
  };
  return {
    push(chunk) {
      const text = rest + decoder.write(chunk);
      let from = 0;
      for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
        give(text.slice(from, to));
        from = to + 1;
      }
      rest = text.slice(from);
      if (rest.length <= MOST_CHARS) return;
      if (!skipping) on.line(rest.slice(0, MOST_CHARS), true);
      skipping = true;
      rest = '';
    },
    end() {
      rest += decoder.end();
      if (rest !== '') give(rest);
    },
  };
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

function unreadable(path: string, cause: unknown): ReplayError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  const hint = code.startsWith('Z_') ? 'gunzip --test it: it may be cut off' : 'check its name';
  return new ReplayError(`cannot read ${path}: ${why}`, hint, cause);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};
