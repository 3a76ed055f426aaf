import { pipeline, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { FeedError } from './feed-error.ts';

/** Most that a list may have, packed or not, in bytes. */
export const MOST_BYTES = 32 * 1024 * 1024;
/** Read between two turns of the event loop: the judge must not wait for a list. */
const PIECE_CHARS = 4096;

/**
 * The text of a list in small pieces, gzip unpacked, bounded before and behind the unpacking.
 * Between two pieces the event loop goes on.
 * Throws FeedError when it is too large or not what it seems.
 */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bounded(unpacked(bounded(bytes)))) {
    const text = decoder.decode(chunk, { stream: true });
    for (let at = 0; at < text.length; at += PIECE_CHARS) {
      yield text.slice(at, at + PIECE_CHARS);
      await setImmediate();
    }
  }
  yield decoder.decode();
}

async function* bounded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      throw new FeedError(`is larger than ${MOST_BYTES} bytes`, 'look for a shorter list');
    }
    yield chunk;
  }
}

async function* unpacked(bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const next = await bytes.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = joined(head, bytes);
  if (!GZIP.every((byte, at) => head[at] === byte)) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip();
  // What goes wrong on either side ends the reading of the other with its error.
  pipeline(Readable.from(whole), gunzip, () => {});
  yield* gunzip as AsyncIterable<Uint8Array>;
}

/** RFC 1952 §2.3.1. */
const GZIP = [0x1f, 0x8b];

async function* joined(head: Uint8Array, rest: AsyncGenerator<Uint8Array>) {
  if (head.length > 0) yield head;
  yield* rest;
}
