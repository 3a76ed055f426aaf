import type { AsteriskPolicy } from '../../policy/policy.ts';
import type { Action } from './action.ts';
import type { AmiError } from './errors.ts';
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

/** Connects, logs in, installs the filters. Rejects with AmiError. */
export function openSession(_options: SessionOptions): Promise<AmiSession> {
  throw new Error('not written yet');
}
