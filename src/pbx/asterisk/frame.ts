import { parseFrame } from './ami-parse.ts';

/** One message of AMI that passed every check. */
export interface Frame {
  readonly kind: 'event' | 'response';
  /** Value of the first line: the event's name, or `Success`, `Error`, `Goodbye`. */
  readonly name: string;
  /**
   * Keys as on the wire, each of them once; the first line included, channel variables left out.
   * No value holds CR or LF, and only one under an ActionID of 128 bits, as ours are, can hold
   * other control characters.
   * Values are slices that keep the whole frame in memory: copy what you keep for long.
   */
  readonly fields: ReadonlyMap<string, string>;
  /**
   * Values of the `ChanVariable` lines, like `GHOSTTOKEN=…`, in the order they came. Those of the
   * other channel of an event (`DestChanVariable`) are left out.
   */
  readonly chanVariables: readonly string[];
}

/** A message that is not believed. */
export interface RefusedFrame {
  /** Which check caught it, in words for the log. */
  readonly why: string;
  /** Its first 1024 characters, raw: control characters included. */
  readonly head: string;
}

export interface FrameListener {
  frame(frame: Frame): void;
  refused(refused: RefusedFrame): void;
}

export interface FrameOptions {
  /** Most bytes of one frame, its empty line left out. */
  readonly frameBytes?: number;
  /** Most characters of one line, its CRLF left out. */
  readonly lineChars?: number;
  readonly lines?: number;
  /** Asked with the name of every event; an event it does not want is skipped unread. */
  readonly wants?: (eventName: string) => boolean;
}

export interface FrameReader {
  push(chunk: Buffer): void;
  /** AMI version of the greeting, like `11.0.0`; undefined until it came, or when none did. */
  readonly banner: string | undefined;
  /** Frames seen: yielded, refused and skipped. */
  readonly frames: number;
  readonly bytes: number;
}

/**
 * Cuts a stream of AMI into frames. Only CRLF ends a line and only CRLF CRLF a frame: Asterisk
 * prints a caller's own CR and LF into its events raw, and a reader that takes a bare LF as a
 * line end sees headers that Asterisk never wrote. Whatever is not exactly AMI is refused, never
 * mended. Memory is bounded by one frame and one chunk, however the bytes come.
 */
export function frameReader(on: FrameListener, options: FrameOptions = {}): FrameReader {
  const { frameBytes = 65_536, lineChars = 32_768, lines = 512, wants } = options;
  const limits = { lineChars, lines };
  let held = EMPTY;
  /** The greeting is the one line of AMI that is no frame; it can only be the very first. */
  let greeted = false;
  let banner: string | undefined;
  /** Inside an oversized frame, up to its end. */
  let skipping = false;
  let frames = 0;
  let bytes = 0;

  function push(chunk: Buffer): void {
    bytes += chunk.length;
    const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let at = 0;
    // What was held has no end of frame in it, save that the end may have begun in it.
    let from = Math.max(0, held.length - (END.length - 1));
    if (!greeted) {
      const greeting = readGreeting(data);
      if (greeting === undefined) {
        held = Buffer.from(data);
        return;
      }
      greeted = true;
      banner = greeting.version;
      at = from = greeting.length;
    }
    for (let end = data.indexOf(END, from); end !== -1; end = data.indexOf(END, at)) {
      if (skipping) skipping = false;
      else take(data, at, end);
      at = end + END.length;
    }
    const rest = data.length - at;
    if (!skipping && rest >= frameBytes + END.length) {
      skipping = true;
      frames++;
      refuseOversized(data.subarray(at));
    }
    if (skipping) at = Math.max(at, data.length - (END.length - 1));
    // A copy: a view would keep the whole chunk, and the caller may use its buffer again.
    held = at === data.length ? EMPTY : Buffer.from(data.subarray(at));
  }

  function take(data: Buffer, start: number, end: number): void {
    frames++;
    if (end - start > frameBytes) return refuseOversized(data.subarray(start, end));
    if (!wanted(data, start, end)) return;
    // Decoded frame by frame, after the cut: a character split over chunks is whole again by
    // now, and bytes that are not UTF-8 become U+FFFD without swallowing a CR or LF.
    const text = data.toString('utf8', start, end);
    const frame = parseFrame(text, limits);
    if (typeof frame === 'string') on.refused({ why: frame, head: text.slice(0, HEAD_CHARS) });
    else on.frame(frame);
  }

  /** Looks at the first line alone: most of a PBX's events are of no use to us. */
  function wanted(data: Buffer, start: number, end: number): boolean {
    const line = data.toString('latin1', start, Math.min(end, start + PEEK_BYTES));
    const name = EVENT_NAME.exec(line)?.[1];
    if (name === undefined) return true;
    // Builds with TEST_FRAMEWORK (Debian's) print TestEvent, which repeats the key State.
    return name !== 'TestEvent' && (wants === undefined || wants(name));
  }

  function refuseOversized(data: Buffer): void {
    const head = data.toString('utf8', 0, Math.min(data.length, frameBytes, HEAD_CHARS * 4));
    on.refused({ why: `frame of more than ${frameBytes} bytes`, head: head.slice(0, HEAD_CHARS) });
  }

  return {
    push,
    get banner() {
      return banner;
    },
    get frames() {
      return frames;
    },
    get bytes() {
      return bytes;
    },
  };
}

const EMPTY = Buffer.alloc(0);
const END = Buffer.from('\r\n\r\n');
const HEAD_CHARS = 1024;
const PEEK_BYTES = 64;
const MAX_GREETING_BYTES = 128;
const EVENT_NAME = /^Event: ([\w-]+)(?:\r\n|$)/;
const GREETING = /^Asterisk Call Manager\/(\d[\d.]{0,30})\r\n/;

/** Undefined while more bytes are needed; length 0 when the stream begins without a greeting. */
function readGreeting(data: Buffer): { version: string | undefined; length: number } | undefined {
  const text = data.toString('latin1', 0, Math.min(data.length, MAX_GREETING_BYTES));
  if (!text.includes('\r\n') && text.length < MAX_GREETING_BYTES) return undefined;
  const greeting = GREETING.exec(text);
  return { version: greeting?.[1], length: greeting?.[0].length ?? 0 };
}
