import type { FreeswitchPolicy } from '../../policy/policy.ts';
import { EslError } from './esl-error.ts';
import type { EslEvent, RefusedMessage } from './esl-event.ts';

/** One event socket connection, authenticated. Never reused: when it ends, open another. */
export interface EslSession {
  /**
   * Sends one `api` command and resolves with the text of its answer, `-ERR …` too, exactly as it
   * came (with its newline). Commands are answered in order, one at a time.
   * Rejects with EslError: `protocol` for a command that is not one line of 1 to 4096 characters,
   * `refused` when the event socket itself denies the command, `timeout` (default 5,000 ms),
   * `closed`, `busy`; never left pending.
   */
  api(command: string, timeoutMs?: number): Promise<string>;
  /** Events delivered. */
  readonly events: number;
  readonly bytes: number;
  close(): void;
  /** Resolves with the reason once the connection has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<EslError>;
}

/** Every callback returns at once and never throws. */
export interface EslListener {
  /** From the moment the PBX took our subscription: the first may come before openEslSession resolves. */
  event(event: EslEvent): void;
  refused(refused: RefusedMessage): void;
  /** Once, after openEslSession has resolved, whoever ended the connection; pending commands are rejected before. */
  closed(error: EslError): void;
}

export interface EslOptions {
  readonly policy: FreeswitchPolicy;
  /** For log words, and what is subscribed to: `commands` takes no events. */
  readonly purpose: 'events' | 'commands';
  /**
   * Names for `event json`, like `CHANNEL_CREATE`; last `CUSTOM` and its subclasses, for every
   * name behind CUSTOM is taken for a subclass (mod_event_socket.c). Not used for `commands`.
   */
  readonly subscribe: readonly string[];
  /**
   * Headers that may come once only, beside Event-Name and Event-Subclass: an event in which one
   * is repeated is refused. FreeSWITCH repeats some others of itself (Hangup-Cause, profile-name);
   * of those the last is taken.
   */
  readonly once?: readonly string[];
  readonly on: EslListener;
  readonly connectTimeoutMs?: number;
  readonly loginTimeoutMs?: number;
  /** Silence after which we ask whether the PBX is there. Default 4,000. */
  readonly pingEveryMs?: number;
  /** Silence after which the connection is given up. Default 10,000. */
  readonly deadAfterMs?: number;
  /** Most bytes of one answer to `api`; a longer one ends the connection. Default 16 MiB. */
  readonly answerBytes?: number;
  /** Gives the opening up early; openEslSession then rejects with kind `closed`. */
  readonly signal?: AbortSignal;
}

/** Connects, authenticates, subscribes. Rejects with EslError. */
export function openEslSession(_options: EslOptions): Promise<EslSession> {
  return Promise.reject(new EslError('unreachable', 'not there yet'));
}
