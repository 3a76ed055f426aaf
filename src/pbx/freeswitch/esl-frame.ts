import type { RefusedMessage } from './esl-event.ts';
import type { Head } from './esl-head.ts';
import { eventHead, parseHead } from './esl-head.ts';

/** One message of the event socket: headers, an empty line, and `Content-Length` bytes of body. */
export interface EslMessage {
  /** `Content-Type`, like `api/response`. */
  readonly type: string;
  /** `Reply-Text`, empty when there is none. */
  readonly reply: string;
  /** Lies within what was read: whoever keeps it makes a copy before `message` returns. */
  readonly body: Buffer;
}

export interface EslFrameListener {
  message(message: EslMessage): void;
  /** An event too long to be read was skipped; the stream goes on. */
  refused(refused: RefusedMessage): void;
  /**
   * Once: what came cannot be the event socket's, or no longer is. Nothing is read from then on,
   * for where the next message begins is unknown.
   */
  broken(why: string): void;
}

export interface EslFrameOptions {
  /** Most bytes of an event's body that are read; a longer one is skipped. Default 2 MiB. */
  readonly eventBytes?: number;
  /** Most bytes of an event's body that are skipped; a longer one breaks the stream. Default 16 MiB. */
  readonly skippedBytes?: number;
  /** Most bytes of the answer to `api`; a longer one breaks the stream. Default 16 MiB. */
  readonly answerBytes?: number;
}

export interface EslFrameReader {
  push(chunk: Buffer): void;
  readonly bytes: number;
  /** Messages that came to their end, the skipped ones too. */
  readonly messages: number;
  /** What has come of a body whose end has not. */
  readonly unfinished: Buffer;
}

/**
 * Cuts a stream of the event socket into messages. Strict, because there is nothing to find the
 * next message by but the length of this one: when a reader was too slow FreeSWITCH puts its
 * disconnect notice into the middle of a body, and what a caller chose would be read as headers.
 * Memory is bounded by one message, and is taken for a body only as long as its limit allows.
 */
export function eslFrameReader(
  on: EslFrameListener,
  options: EslFrameOptions = {},
): EslFrameReader {
  const { eventBytes = 2 * MIB, skippedBytes = 16 * MIB, answerBytes = 16 * MIB } = options;
  let state: 'head' | 'body' | 'skip' | 'broken' = 'head';
  /** The beginning of a head whose end has not come. */
  let held = EMPTY;
  let head: Head = { type: '', length: 0, reply: '' };
  /** The part of a body that came so far, and how much of it is filled or skipped. */
  let body = EMPTY;
  let have = 0;
  let bytes = 0;
  let messages = 0;

  function push(chunk: Buffer): void {
    bytes += chunk.length;
    let at = 0;
    while (at < chunk.length && state !== 'broken') {
      if (state === 'head') at = readHead(chunk, at);
      else if (state === 'body') at = readBody(chunk, at);
      else at = skipBody(chunk, at);
    }
  }

  function readHead(chunk: Buffer, at: number): number {
    const before = held.length;
    const quick = before === 0 ? eventHead(chunk, at) : undefined;
    if (quick !== undefined) {
      begin(quick.head);
      return quick.end;
    }
    const fresh = chunk.subarray(at, at + HEAD_BYTES - before);
    const data = before === 0 ? fresh : Buffer.concat([held, fresh]);
    const end = data.indexOf(END, Math.max(0, before - 1));
    if (end === -1) {
      if (data.length >= HEAD_BYTES) fail(`headers of more than ${HEAD_BYTES} bytes`);
      // A copy: a view would keep the whole chunk.
      held = Buffer.from(data);
      return chunk.length;
    }
    held = EMPTY;
    const parsed = parseHead(data.toString('utf8', 0, end));
    if (typeof parsed === 'string') fail(parsed);
    else begin(parsed);
    return at + end + END.length - before;
  }

  function begin(next: Head): void {
    head = next;
    have = 0;
    const { type, length } = head;
    const limit = limitOf(type);
    if (length === 0) return finish(EMPTY);
    if (length <= limit) {
      state = 'body';
      return;
    }
    const why = `${type} of ${length} bytes`;
    if (!isEvent(type) || length > skippedBytes) return fail(why);
    state = 'skip';
    on.refused({ why, head: '' });
  }

  function readBody(chunk: Buffer, at: number): number {
    const { length } = head;
    const end = at + length - have;
    // Whole bodies, nearly all of them, are read where they lie.
    if (have === 0 && end <= chunk.length) {
      finish(chunk.subarray(at, end));
      return end;
    }
    // One buffer of the right size: joining piece by piece would copy a long answer many times.
    if (have === 0) body = Buffer.allocUnsafe(length);
    have += chunk.copy(body, have, at, end);
    if (have < length) return chunk.length;
    const whole = body;
    body = EMPTY;
    finish(whole);
    return end;
  }

  function finish(whole: Buffer): void {
    state = 'head';
    messages++;
    on.message({ type: head.type, reply: head.reply, body: whole });
  }

  function skipBody(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + head.length - have);
    have += end - at;
    if (have === head.length) {
      state = 'head';
      messages++;
    }
    return end;
  }

  function limitOf(type: string): number {
    if (isEvent(type)) return eventBytes;
    return type === 'api/response' ? answerBytes : NOTICE_BYTES;
  }

  function fail(why: string): void {
    state = 'broken';
    on.broken(why);
  }

  return {
    push,
    get bytes() {
      return bytes;
    },
    get messages() {
      return messages;
    },
    get unfinished() {
      return state === 'body' ? body.subarray(0, have) : EMPTY;
    },
  };
}

function isEvent(type: string): boolean {
  return type.startsWith('text/event-');
}

const EMPTY = Buffer.alloc(0);
const END = Buffer.from('\n\n');

const MIB = 1_048_576;
const HEAD_BYTES = 8192;
/** Greeting, replies, farewells. */
const NOTICE_BYTES = 65_536;
