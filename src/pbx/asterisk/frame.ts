/** One message of AMI that passed every check. */
export interface Frame {
  readonly kind: 'event' | 'response';
  /** Value of the first line: the event's name, or `Success`, `Error`, `Goodbye`. */
  readonly name: string;
  /** Keys as on the wire, each of them once; the first line included, channel variables left out. */
  readonly fields: ReadonlyMap<string, string>;
  /** Values of the `ChanVariable` lines, like `GHOSTTOKEN=…`, in the order they came. */
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
  /** Most bytes of one line, its CRLF left out. */
  readonly lineBytes?: number;
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

export function frameReader(_on: FrameListener, _options: FrameOptions = {}): FrameReader {
  throw new Error('not written yet');
}
