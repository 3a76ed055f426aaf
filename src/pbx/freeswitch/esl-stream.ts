import type { Socket } from 'node:net';
import { watchSilence } from '../silence.ts';
import { commandQueue, type EslCommands } from './esl-commands.ts';
import { EslError } from './esl-error.ts';
import { eslEventReader, type RefusedMessage } from './esl-event.ts';
import { type EslMessage, eslFrameReader } from './esl-frame.ts';
import type { EslOptions } from './session.ts';

/** A connected socket as messages in and commands out, from its first byte to its end. */
export interface EslStream {
  readonly commands: EslCommands;
  /** Resolves when the PBX asks for the password; rejects when the stream ends before. */
  readonly asked: Promise<void>;
  readonly events: number;
  readonly bytes: number;
  /** From now on events are delivered. */
  listen(): void;
  /** From now on silence is watched, and the end is told. Throws when it has ended. */
  open(): void;
  /** The only way a stream ends; the first reason is the one that is told. */
  end(error: EslError): void;
  readonly closed: Promise<EslError>;
}

export function openStream(socket: Socket, options: EslOptions): EslStream {
  const { on, purpose, once = [], wanted, pingEveryMs = 4000, deadAfterMs = 10_000 } = options;
  const readEvent = eslEventReader({ once, wanted });
  let listening = false;
  let opened = false;
  let ended: EslError | undefined;
  let events = 0;
  let stopWatching: (() => void) | undefined;
  const asked = deferred<void>();
  // The end may come before anybody waits for it.
  asked.promise.catch(ignore);
  const closed = deferred<EslError>();

  const commands = commandQueue((text) => {
    if (socket.writableLength > MAX_UNSENT_BYTES) {
      throw new EslError('busy', 'the PBX does not read what we send');
    }
    socket.write(text);
  });

  const reader = eslFrameReader(
    { message: take, refused: refuse, broken },
    options.answerBytes === undefined ? {} : { answerBytes: options.answerBytes },
  );

  /** One chunk may hold the end of us and more messages behind it: those go nowhere. */
  function take(one: EslMessage): void {
    if (ended !== undefined) return;
    switch (one.type) {
      case 'text/event-json':
        return event(one.body);
      case 'api/response':
        return answer('api', one.body.toString('utf8'));
      case 'command/reply':
        return answer('reply', one.reply);
      case 'auth/request':
        return asked.resolve();
      case 'text/disconnect-notice':
        return end(goodbye(one.body.toString('utf8')));
      case 'text/rude-rejection':
        return end(rejected(one.body.toString('utf8')));
      default:
        return refuse({ why: `Content-Type ${one.type}`, head: headOf(one.body) });
    }
  }

  function event(json: Buffer): void {
    if (!listening) return;
    const parsed = readEvent(json);
    if (typeof parsed === 'string') {
      if (holdsFarewell(json)) return end(cutOff(purpose));
      return refuse({ why: parsed, head: headOf(json) });
    }
    events++;
    on.event(parsed);
  }

  function answer(kind: 'api' | 'reply', text: string): void {
    // Answers are told apart by order alone: with one too many, no later one can be believed.
    if (!commands.take({ kind, text })) broken('an answer nobody asked for');
  }

  function refuse(refused: RefusedMessage): void {
    if (ended === undefined) on.refused(refused);
  }

  function broken(why: string): void {
    end(new EslError('protocol', `not the event socket's protocol (${purpose}): ${why}`, BROKEN));
  }

  function end(error: EslError): void {
    if (ended !== undefined) return;
    ended = error;
    stopWatching?.();
    socket.destroy();
    commands.fail(error);
    asked.reject(error);
    closed.resolve(error);
    if (opened) on.closed(error);
  }

  function lost(message: string, hint: string, details: { cause?: Error } = {}): void {
    if (holdsFarewell(reader.unfinished)) return end(cutOff(purpose));
    end(new EslError('closed', message, { hint: opened ? hint : NO_LOGIN, ...details }));
  }

  socket.on('data', (chunk: Buffer) => reader.push(chunk));
  socket.on('error', (cause) =>
    lost(`event socket (${purpose}) lost: ${cause.message.trim()}`, RESET, { cause }),
  );
  socket.on('close', () =>
    lost(`the PBX closed the event socket (${purpose}) without a farewell`, ENDED),
  );

  return {
    commands,
    asked: asked.promise,
    closed: closed.promise,
    end,
    get events() {
      return events;
    },
    get bytes() {
      return reader.bytes;
    },
    listen() {
      listening = true;
    },
    open() {
      if (ended !== undefined) throw ended;
      opened = true;
      stopWatching = watchSilence({
        pingEveryMs,
        deadAfterMs,
        // Whole messages, not bytes: a length that lies would swallow the answers to our pings.
        read: () => reader.messages,
        // Any answer will do, the event socket's own `-ERR not loging` as well as another; no
        // module of the PBX is troubled. Its answer matters by being read at all.
        ping: () =>
          void commands.ask('nolog', answerTimeMs(pingEveryMs, deadAfterMs)).catch(ignore),
        dead(silentMs) {
          // A slow command (a long reloadacl) holds all answers back, that to the ping too, and
          // whoever sent it said how long it may take.
          if (commands.waits()) return;
          end(
            new EslError('closed', `nothing read for ${silentMs} ms (${purpose})`, { hint: DEAD }),
          );
        },
      });
    },
  };
}

/** A ping is given up before the connection is, lest it be waited for itself. */
function answerTimeMs(pingEveryMs: number, deadAfterMs: number): number {
  return Math.max(1, (deadAfterMs - pingEveryMs) / 2);
}

function goodbye(words: string): EslError {
  const answer = words.slice(0, MAX_WORDS_CHARS).trim().replace(/\.$/, '');
  return new EslError('closed', `the PBX said goodbye: ${answer}`, { answer, hint: FAREWELL });
}

/** A farewell in the middle of an event: its line breaks stand bare, as they never do in JSON. */
function holdsFarewell(json: Buffer): boolean {
  return json.includes('Content-Type: text/disconnect-notice\n');
}

function cutOff(purpose: string): EslError {
  const message = `the PBX cut us off (${purpose}) for reading too slowly; events are lost`;
  return new EslError('cut-off', message, { hint: TOO_SLOW });
}

function rejected(words: string): EslError {
  const answer = words.slice(0, MAX_WORDS_CHARS).trim();
  return new EslError('rejected', `the event socket does not let us in: ${answer}`, {
    answer,
    hint:
      'Without apply-inbound-acl in event_socket.conf.xml it lets in loopback alone: name a list ' +
      'there that holds our address.',
  });
}

/** Promise.withResolvers, which Node 20 lacks. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: EslError) => void;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

function headOf(body: Buffer): string {
  return body.toString('utf8', 0, HEAD_BYTES);
}

function ignore(): void {}

const MAX_UNSENT_BYTES = 1_048_576;
const MAX_WORDS_CHARS = 256;
const HEAD_BYTES = 1024;
const FAREWELL = 'FreeSWITCH shuts down, or mod_event_socket was unloaded or reloaded.';
const ENDED =
  'So ends a FreeSWITCH that was killed, that crashed, or that `fsctl shutdown now` ended.';
const RESET = 'Something between us and FreeSWITCH, or FreeSWITCH itself, reset the connection.';
const TOO_SLOW =
  'It does so once 500 events are lost. Ghostgate was stopped, or has too little of the processor.';
const NO_LOGIN = 'It ended before we were let in: is this the port of the event socket?';
const DEAD = 'The PBX hangs, or a firewall between us forgot the connection.';
const BROKEN = {
  hint: 'What listens there is no event socket, or something between us and it changes what it sends.',
};
