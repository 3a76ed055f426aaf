import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { Reader } from 'mmdb-lib';
import { cleanText } from '../event/text.ts';
import { FeedError } from './feed-error.ts';

/** Country or network of an address, as an MMDB file tells them. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly asn?: number;
  /** Name of the network's owner. */
  readonly owner?: string;
}

export interface Mmdb {
  /** Undefined where the file does not know the address, or is broken there. */
  place(address: string): Place | undefined;
  /** When the file was made, ms since the epoch. */
  readonly builtAt: number;
}

/** The largest of the usual files, a city database, has 70 MB. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Pointers that one answer may follow: a broken file could send us round for ever. */
const MOST_POINTERS = 1000;

const RECORDS_KEPT = 2000;

/** Changes whenever the file does. Rejects as node:fs. */
export async function stampOfFile(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const about = await handle.stat({ bigint: true });
    if (!about.isFile()) throw new FeedError(`${path} is not a file`, 'name an MMDB file');
    if (about.size > MOST_BYTES) {
      throw new FeedError(
        `${path} is larger than ${MOST_BYTES} bytes`,
        'name a country or ASN file',
      );
    }
    return `${about.ino} ${about.size} ${about.mtimeNs}`;
  } finally {
    await handle.close();
  }
}

/** Reads a file of at most MOST_BYTES into memory. Throws FeedError when it is none. */
export async function openMmdb(path: string): Promise<Mmdb> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return mmdbOf(await handle.readFile());
  } catch (error) {
    const why = cleanText(error instanceof Error ? error.message : String(error)) ?? '';
    throw new FeedError(`${path} is no MMDB file: ${why}`, 'fetch it again', { cause: error });
  } finally {
    await handle.close();
  }
}

/** Throws whatever the library makes of bytes that are no MMDB. */
export function mmdbOf(bytes: Buffer): Mmdb {
  let pointers = 0;
  // Thousands of prefixes lead to the same few hundred records.
  const records = new LRUCache<string | number, object>({ max: RECORDS_KEPT });
  const cache = {
    get(key: string | number) {
      if (++pointers > MOST_POINTERS) throw new Error('its pointers lead nowhere');
      return records.get(key);
    },
    set(key: string | number, record: object) {
      records.set(key, record);
    },
  };
  const reader = new Reader<never>(bytes, { cache });
  const { nodeCount, searchTreeSize } = reader.metadata;
  if (nodeCount === 0 || searchTreeSize > bytes.length) throw new Error('it is cut off');
  return {
    builtAt: reader.metadata.buildEpoch.getTime(),
    place(address) {
      // The bits of an IPv6 address would find somebody else in a tree of IPv4.
      if (reader.metadata.ipVersion === 4 && address.includes(':')) return undefined;
      pointers = 0;
      try {
        return placeOf(reader.get(address));
      } catch {
        // A file that is broken in one place still knows the others; of this one it knows nothing.
        return undefined;
      }
    },
  };
}

function placeOf(found: unknown): Place | undefined {
  const country: unknown = field(field(found, 'country'), 'iso_code');
  const asn: unknown = field(found, 'autonomous_system_number');
  const owner: unknown = field(found, 'autonomous_system_organization');
  const place = {
    ...(typeof country === 'string' && /^[A-Z]{2}$/.test(country) ? { country } : {}),
    ...(typeof asn === 'number' && Number.isInteger(asn) ? { asn } : {}),
    ...(typeof owner === 'string' ? { owner: cleanText(owner, OWNER_CHARS) ?? '' } : {}),
  };
  return Object.keys(place).length === 0 ? undefined : place;
}

const OWNER_CHARS = 60;

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}
