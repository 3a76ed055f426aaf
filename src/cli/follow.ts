import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { CONTROL_HEADER } from '../web/control.ts';
import type { LiveEvent } from '../web/live-event.ts';
import type { StatusReport } from '../web/status-report.ts';
import { EXIT_NO, EXIT_NO_DAEMON, cleaned, noDaemon } from './client.ts';

/** What the stream tells: what happens, and how things stand every few seconds. */
export type Told =
  | LiveEvent
  | {
      readonly kind: 'status';
      readonly status: StatusReport & { readonly problems: readonly string[] };
    };

/** Why the stream is over; undefined when it was closed from here. */
export type Ended =
  | { readonly exit: number; readonly error: string; readonly hint?: string }
  | undefined;

/**
 * Follows what the daemon tells from now on (web/events.ts writes it). Every string comes without
 * control characters. `told` is called for each event until `ended` resolves.
 */
export function follow(
  socketPath: string,
  told: (event: Told) => void,
): { readonly ended: Promise<Ended>; close(): void } {
  const asked = request({ socketPath, path: '/events', agent: false, timeout: SILENCE_MS });
  let isClosed = false;
  const ended = new Promise<Ended>((resolve) => {
    const lost = (cause: unknown): void =>
      resolve(isClosed ? undefined : { exit: EXIT_NO_DAEMON, ...noDaemon(socketPath, cause) });
    asked.on('timeout', () => asked.destroy(new Error('it does not answer')));
    asked.on('error', lost);
    asked.on('response', (response) => {
      if (response.headers[CONTROL_HEADER] === undefined) {
        asked.destroy(new Error('something that is no ghostgate answers'));
      } else if (response.statusCode !== 200) {
        response.resume();
        const hint =
          'close another watch or page, or restart the daemon where it is older than this';
        resolve({ exit: EXIT_NO, error: `the daemon said ${response.statusCode}`, hint });
      } else {
        read(response, told).then(() => lost(new Error('it ended the stream')), lost);
      }
    });
    asked.end();
  });
  return {
    ended,
    close() {
      isClosed = true;
      asked.destroy();
    },
  };
}

/** A status comes every three seconds. */
const SILENCE_MS = 15_000;
/** One event is a few hundred kilobytes at the most. */
const MAX_EVENT_CHARS = 16 * 1024 * 1024;

async function read(response: IncomingMessage, told: (event: Told) => void): Promise<void> {
  response.setEncoding('utf8');
  let text = '';
  for await (const more of response as AsyncIterable<string>) {
    text += more;
    if (text.length > MAX_EVENT_CHARS) throw new Error('its answer is too long');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = eventOf(text.slice(0, end));
      text = text.slice(end + 2);
      if (event !== undefined) told(event);
    }
  }
}

function eventOf(block: string): Told | undefined {
  const name = /^event: (.*)$/m.exec(block)?.[1];
  const data = /^data: (.*)$/m.exec(block)?.[1];
  if (name === undefined || data === undefined) return undefined;
  if (name === 'status') return { kind: 'status', status: JSON.parse(data, cleaned) };
  const event: LiveEvent = JSON.parse(data, cleaned);
  return event;
}
