import type { Socket } from 'node:net';
import { watchSilence } from '../silence.ts';
import { requestTable, type Requests } from './ami-requests.ts';
import { AmiError } from './errors.ts';
import { type FrameReader, frameReader } from './frame.ts';
import type { SessionOptions } from './session.ts';

/** A connected socket as frames in and actions out, from its first byte to its end. */
export interface AmiStream {
  readonly requests: Requests;
  readonly reader: FrameReader;
  readonly strays: number;
  /** From now on events are delivered, silence is watched, and the end is told. Throws when it has ended. */
  open(): void;
  /** The only way a stream ends; the first reason is the one that is told. */
  end(error: AmiError): void;
  readonly closed: Promise<AmiError>;
}

export function openStream(socket: Socket, options: SessionOptions): AmiStream {
  const { on, purpose, pingEveryMs = 4000, deadAfterMs = 10_000 } = options;
  const takesEvents = options.events !== 'off';
  let opened = false;
  let ended: AmiError | undefined;
  let strays = 0;
  let unsent = '';
  let stopWatching: (() => void) | undefined;
  let tellClosed: (error: AmiError) => void;
  const closed = new Promise<AmiError>((resolve) => {
    tellClosed = resolve;
  });

  const requests = requestTable((text) => {
    if (socket.writableLength + unsent.length > MAX_UNSENT_BYTES) {
      throw new AmiError('busy', 'the PBX does not read what we send');
    }
    // What is asked in one turn goes out in one write.
    if (unsent === '') process.nextTick(flush);
    unsent += text;
  });
  const reader = frameReader(
    {
      // One chunk may hold the end of us and more frames behind it: those go nowhere.
      frame(frame) {
        if (ended !== undefined) return;
        if (requests.take(frame)) return;
        if (frame.kind === 'response' || !takesEvents) strays++;
        else if (opened) on.event(frame);
      },
      refused(refused) {
        if (ended !== undefined) return;
        requests.takeRefused(refused);
        if (opened) on.refused(refused);
      },
    },
    {
      // An answer to a list is an event too, whatever its name; and where no event is expected
      // every one is looked at, to be counted.
      wants: (name) =>
        requests.lists > 0 || !takesEvents || (opened && (options.wants?.(name) ?? true)),
    },
  );

  function flush(): void {
    const text = unsent;
    unsent = '';
    if (ended === undefined) socket.write(text);
  }

  function end(error: AmiError): void {
    if (ended !== undefined) return;
    ended = error;
    stopWatching?.();
    socket.destroy();
    requests.fail(error);
    tellClosed(error);
    if (opened) on.closed(error);
  }

  socket.on('data', (chunk: Buffer) => reader.push(chunk));
  socket.on('error', (cause) =>
    lost(`AMI connection (${purpose}) lost: ${cause.message.trim()}`, { cause }),
  );
  socket.on('close', () => lost(`the PBX closed the AMI connection (${purpose})`));

  function lost(message: string, details: { cause?: Error } = {}): void {
    end(new AmiError('closed', message, { hint: opened ? LOST : NO_LOGIN, ...details }));
  }

  return {
    requests,
    reader,
    closed,
    end,
    get strays() {
      return strays;
    },
    open() {
      if (ended !== undefined) throw ended;
      opened = true;
      stopWatching = watchSilence({
        pingEveryMs,
        deadAfterMs,
        read: () => reader.bytes,
        ping() {
          // Its answer matters by being read at all; without one the silence goes on and is seen.
          requests.request({ Action: 'Ping' }, deadAfterMs).catch(() => {});
        },
        dead(silentMs) {
          end(
            new AmiError('closed', `nothing read for ${silentMs} ms (${purpose})`, { hint: DEAD }),
          );
        },
      });
    },
  };
}

const MAX_UNSENT_BYTES = 1_048_576;
const LOST =
  'A restart of the PBX does this. If it comes again and again: Asterisk cuts off a client that ' +
  'reads too slowly; writetimeout=1000 in manager.conf gives it more time.';
const NO_LOGIN =
  'It ended before we were logged in: is this the port of AMI, with or without TLS as the policy ' +
  'says, and does permit= in manager.conf hold our address?';
const DEAD = 'The PBX hangs, or a firewall between us forgot the connection.';
