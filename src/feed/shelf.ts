import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { isAbsent } from '../policy/read-file.ts';

/** What is kept about a list beside its entries. */
const about = z.object({
  /** Where and how it was read: another place or column makes it another list. */
  reading: z.string().max(8192),
  /** Milliseconds since the epoch. */
  fetchedAt: z.number(),
  tags: z.object({ etag: z.string().max(256), lastModified: z.string().max(256) }).partial(),
  entries: z.number(),
  bad: z.number(),
  addresses: z.number(),
  badLines: z.array(z.object({ line: z.number(), text: z.string(), mistake: z.string() })).max(10),
  /** Why it is held back. */
  why: z.string().max(512).optional(),
});
export type About = z.infer<typeof about>;

/** `good`: the last list in force. `held`: one that waits for a person's word. */
export type Place = 'good' | 'held';

/** The lists as they are kept on disk, canonical, one entry a line; the last line is about them. */
export interface Shelf {
  /** The list, or undefined when there is none, or none that is whole. */
  about(name: string, place: Place): Promise<About | undefined>;
  /** Calls `each` with every entry, letting the event loop go on in between. */
  entries(name: string, place: Place, each: (network: string) => void): Promise<void>;
  /** Begins a list; it stands on the shelf once it is finished. Rejects as node:fs. */
  write(name: string): Promise<ShelfWriter>;
  /** The held list takes the place of the good one. */
  promote(name: string): Promise<void>;
  drop(name: string, place: Place): Promise<void>;
}

export interface ShelfWriter {
  entry(network: string): void;
  /** Writes what has gathered; call it now and then. */
  flush(): Promise<void>;
  finish(place: Place, about: About): Promise<void>;
  abandon(): Promise<void>;
}

export function createShelf(folder: string): Shelf {
  const fileOf = (name: string, place: Place | 'new'): string => join(folder, `${name}.${place}`);
  return {
    async about(name, place) {
      let last = '';
      await eachLine(fileOf(name, place), (line) => (last = line));
      return readAbout(last);
    },
    async entries(name, place, each) {
      await eachLine(fileOf(name, place), (line) => {
        if (line !== '' && !line.startsWith('{')) each(line);
      });
    },
    async write(name) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = fileOf(name, 'new');
      const handle = await open(file, 'w', 0o600);
      let gathered: string[] = [];
      const flush = async (): Promise<void> => {
        const text = gathered.map((line) => `${line}\n`).join('');
        gathered = [];
        if (text !== '') await handle.write(text);
      };
      return {
        entry: (network) => void gathered.push(network),
        flush,
        async finish(place, told) {
          gathered.push(JSON.stringify(told));
          await flush();
          await handle.sync();
          await handle.close();
          await rename(file, fileOf(name, place));
        },
        async abandon() {
          await handle.close().catch(() => {});
          await rm(file, { force: true });
        },
      };
    },
    promote: (name) => rename(fileOf(name, 'held'), fileOf(name, 'good')),
    drop: (name, place) => rm(fileOf(name, place), { force: true }),
  };
}

/** Lines between two turns of the event loop. */
const LINES_A_TURN = 200;
/** The lines of a chunk are made in one go. */
const CHUNK_BYTES = 4096;

async function eachLine(file: string, take: (line: string) => void): Promise<void> {
  let count = 0;
  const handle = await open(file, 'r').catch(absent);
  if (handle === undefined) return;
  for await (const line of handle.readLines({ encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
    take(line);
    if (++count % LINES_A_TURN === 0) await setImmediate();
  }
}

function absent(error: unknown): undefined {
  if (isAbsent(error)) return undefined;
  throw error;
}

function readAbout(line: string): About | undefined {
  try {
    const read = about.safeParse(JSON.parse(line));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
