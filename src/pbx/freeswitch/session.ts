import type { FreeswitchPolicy } from '../../policy/policy-pbx.ts';
import { EslError } from './esl-error.ts';
import type { EslEvent, RefusedMessage } from './esl-event.ts';
import { connectEsl } from './esl-socket.ts';
import { type EslStream, openStream } from './esl-stream.ts';

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
  /** Headers that are read, beside those of `once`; every one when left out. */
  readonly wanted?: readonly string[];
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

/**
 * Connects, authenticates, subscribes. Rejects with EslError.
 *
 * The npm package modesl was tried first and stays as the bench's peer. Its parser cannot be made
 * safe from outside, in json mode either: it believes any Content-Length and joins what came
 * again for every piece, so that a long body costs memory without bound and time by its square;
 * and it runs decodeURIComponent over every header. When FreeSWITCH cuts a slow reader off in the
 * middle of an event, or a length lies, the rest of a body is read as headers, and a caller whose
 * user agent was `a: %zz` throws URIError out of the socket's listener: no `error` handler sees
 * it, the process ends. Holding its input back until a message is whole and sound means reading
 * Content-Length first, and then only JSON.parse is left for it to do. Beside that it subscribes
 * every connection to CHANNEL_EXECUTE_COMPLETE (4 kB for every step of a dialplan), searches all
 * headers for each header it adds, never answers what is pending when a connection ends, and
 * writes a command in two pieces. So the wire is read and written here, over node:net.
 */
export async function openEslSession(options: EslOptions): Promise<EslSession> {
  const { policy, signal, connectTimeoutMs = 5000, loginTimeoutMs = 10_000 } = options;
  const socket = await connectEsl(policy, connectTimeoutMs, signal);
  const stream = openStream(socket, options);

  const giveUp = () => stream.end(new EslError('closed', 'given up by us'));
  const timer = setTimeout(() => {
    const message = `no event socket login within ${loginTimeoutMs} ms`;
    stream.end(new EslError('timeout', message, { hint: NO_ESL }));
  }, loginTimeoutMs);
  signal?.addEventListener('abort', giveUp);
  try {
    await stream.asked;
    await authenticate(stream, policy, loginTimeoutMs);
    if (options.purpose === 'events') await subscribe(stream, options.subscribe, loginTimeoutMs);
    stream.open();
    return sessionOver(stream);
  } catch (error) {
    stream.end(error instanceof EslError ? error : new EslError('protocol', String(error)));
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

async function authenticate(stream: EslStream, policy: FreeswitchPolicy, timeoutMs: number) {
  const { text } = await stream.commands.ask(`auth ${policy.password}`, timeoutMs);
  if (text.startsWith('+OK')) return;
  const answer = text.slice(0, MAX_WORDS_CHARS);
  throw new EslError('wrong-password', `the event socket did not take our password: ${answer}`, {
    hint: 'The password in event_socket.conf.xml must be the one the policy names; then reload mod_event_socket.',
    answer,
  });
}

async function subscribe(stream: EslStream, names: readonly string[], timeoutMs: number) {
  const line = `event json ${names.join(' ')}`;
  if (LOST_BEHIND_CUSTOM.test(line)) {
    throw new EslError('protocol', `every name behind CUSTOM is taken for a subclass: ${line}`);
  }
  // The first event may stand in the same chunk as the answer.
  stream.listen();
  const { text } = await stream.commands.ask(line, timeoutMs);
  if (text.startsWith('+OK')) return;
  const answer = text.slice(0, MAX_WORDS_CHARS);
  throw new EslError('refused', `the event socket gave us no events: ${answer}`, { answer });
}

function sessionOver(stream: EslStream): EslSession {
  return {
    async api(command, timeoutMs = 5000) {
      if (command.trim() === '') throw new EslError('protocol', 'an empty command');
      const { kind, text } = await stream.commands.ask(`api ${command}`, timeoutMs);
      if (kind === 'api') return text;
      const answer = text.slice(0, MAX_WORDS_CHARS);
      throw new EslError('refused', `the event socket would not run the command: ${answer}`, {
        answer,
      });
    },
    get events() {
      return stream.events;
    },
    get bytes() {
      return stream.bytes;
    },
    close: () => stream.end(new EslError('closed', 'closed by us')),
    closed: stream.closed,
  };
}

const MAX_WORDS_CHARS = 256;
const LOST_BEHIND_CUSTOM = / CUSTOM .*(?<= )[A-Z_]+(?: |$)/;
const NO_ESL = 'What listens there is no event socket, or something in between speaks for it.';
