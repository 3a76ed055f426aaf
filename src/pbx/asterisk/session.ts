import type { AsteriskPolicy } from '../../policy/policy-pbx.ts';
import type { Action } from './action.ts';
import { installFilters, login, type Request } from './ami-login.ts';
import { connectAmi } from './ami-socket.ts';
import { type AmiStream, openStream } from './ami-stream.ts';
import { AmiError } from './errors.ts';
import type { Frame, RefusedFrame } from './frame.ts';

/** One AMI connection, logged in. Never reused: when it ends, open another. */
export interface AmiSession {
  /** AMI version of the greeting, like `11.0.0`. */
  readonly version: string;
  /** False when filters were optional and the PBX would not take them. */
  readonly filtered: boolean;
  /**
   * Sends one action and resolves with its answer, `Success` or not.
   * Rejects with AmiError (timeout, closed, busy, protocol); never left pending.
   */
  request(action: Action, timeoutMs?: number): Promise<Frame>;
  /**
   * Sends an action that answers with a list: resolves with the events that carry our ActionID,
   * `endEvent` itself left out. Rejects with AmiError; kind `refused` and the PBX's words in
   * `answer` when the PBX answers `Error`.
   */
  list(action: Action, endEvent: string, timeoutMs?: number): Promise<Frame[]>;
  /** Answers nobody asked for, and events on a session that takes none. */
  readonly strays: number;
  readonly bytes: number;
  readonly frames: number;
  close(): void;
  /** Resolves with the reason once the connection has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<AmiError>;
}

export interface SessionListener {
  event(frame: Frame): void;
  refused(refused: RefusedFrame): void;
  /** Once, after openSession has resolved, whoever ended the connection; pending requests are rejected before. */
  closed(error: AmiError): void;
}

export interface SessionOptions {
  readonly policy: AsteriskPolicy;
  /** For log words: security, calls, verdicts, upkeep, tripwire. */
  readonly purpose: string;
  /** AMI event mask at Login: `off`, `security`, `call`, `call,security`. */
  readonly events: string;
  /** Each installed by Action Filter and verified before openSession resolves; events before that are dropped. */
  readonly filters: readonly string[];
  /** When true, a PBX that refuses a filter gets a session with `filtered: false` instead of an error. */
  readonly filtersOptional?: boolean;
  /** Events it does not want are skipped unread (answers to `list` always come through). */
  readonly wants?: (eventName: string) => boolean;
  readonly on: SessionListener;
  readonly connectTimeoutMs?: number;
  readonly loginTimeoutMs?: number;
  /** Silence after which we ask whether the PBX is there. Default 4,000. */
  readonly pingEveryMs?: number;
  /** Silence after which the connection is given up. Default 10,000. */
  readonly deadAfterMs?: number;
  /** Gives the opening up early; openSession then rejects with kind `closed`. */
  readonly signal?: AbortSignal;
}

/**
 * Connects, logs in, installs the filters. Rejects with AmiError.
 *
 * The npm package asterisk-manager was tried first and stays as the bench's peer. Its reader can
 * be neither detached nor made safe: the socket is private; it splits on `\r?\n`, so that a bare
 * LF in a caller ID makes headers; it merges repeated keys, so that a forged RemoteAddress joins
 * the true one; it buffers without bound; and it fires names from the wire as its own emitter's
 * events, so that one INVITE holding `Event: rawevent` makes it loop for ever. So the wire is
 * read and written here, over node:net and node:tls.
 */
export async function openSession(options: SessionOptions): Promise<AmiSession> {
  const { policy, signal, connectTimeoutMs = 5000, loginTimeoutMs = 10_000 } = options;
  const socket = await connectAmi(policy, connectTimeoutMs, signal);
  const stream = openStream(socket, options);
  const request = (action: Action) => stream.requests.request(action, loginTimeoutMs);

  const giveUp = () => stream.end(new AmiError('closed', 'given up by us'));
  const timer = setTimeout(() => {
    stream.end(new AmiError('timeout', `no AMI login within ${loginTimeoutMs} ms`));
  }, loginTimeoutMs);
  signal?.addEventListener('abort', giveUp);
  try {
    await login(request, policy, options.events);
    const filtered = await filter(request, options);
    const version = stream.reader.banner;
    if (version === undefined) throw new AmiError('protocol', 'no AMI greeting', { hint: NO_AMI });
    stream.open();
    return sessionOver(stream, version, filtered);
  } catch (error) {
    stream.end(error instanceof AmiError ? error : new AmiError('protocol', String(error)));
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

async function filter(request: Request, options: SessionOptions): Promise<boolean> {
  try {
    await installFilters(request, options.filters);
    return true;
  } catch (error) {
    const refused = error instanceof AmiError && error.kind === 'filter-refused';
    if (refused && options.filtersOptional === true) return false;
    throw error;
  }
}

function sessionOver(stream: AmiStream, version: string, filtered: boolean): AmiSession {
  return {
    version,
    filtered,
    request: (action, timeoutMs = 5000) => stream.requests.request(action, timeoutMs),
    list: (action, endEvent, timeoutMs = 10_000) =>
      stream.requests.list(action, endEvent, timeoutMs),
    get strays() {
      return stream.strays;
    },
    get bytes() {
      return stream.reader.bytes;
    },
    get frames() {
      return stream.reader.frames;
    },
    close: () => stream.end(new AmiError('closed', 'closed by us')),
    closed: stream.closed,
  };
}

const NO_AMI = 'What listens there is no Asterisk manager, or something in between speaks for it.';
