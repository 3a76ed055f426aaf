import type { Context } from 'hono';
import type { SSEStreamingApi } from 'hono/streaming';
import { streamSSE } from 'hono/streaming';
import type { Control } from './control.ts';
import type { LiveEvent } from './live-event.ts';
import { problems } from './health.ts';

/** Streams at once: each holds a connection for hours. */
const MOST_STREAMS = 24;
const STATUS_MS = 3000;
/** Events that may wait for a slow reader. */
const MOST_WAITING = 100;

let open = 0;

/**
 * What happens now, as server-sent events: `verdicts`, `ban`, `released`, and every few seconds
 * `status`, which shows at the same time that the stream lives.
 */
export function streamEvents(
  context: Context,
  control: Control,
  isStillIn: () => boolean,
): Response {
  return boundedStream(context, async (stream) => {
    const waiting: LiveEvent[] = [];
    let wake: (() => void) | undefined;
    const stop = control.follow((event) => {
      if (waiting.length >= MOST_WAITING) waiting.shift();
      waiting.push(event);
      wake?.();
    });
    stream.onAbort(() => wake?.());
    let toldAt = 0;
    try {
      while (!stream.aborted && !stream.closed) {
        if (Date.now() - toldAt >= STATUS_MS) {
          // Whoever logged out, or left the policy, sees no more.
          if (!isStillIn()) break;
          toldAt = Date.now();
          const status = control.status();
          await send('status', { ...status, problems: problems(status) });
        }
        const event = waiting.shift();
        if (event !== undefined) await send(event.kind, event);
        else await pause(toldAt + STATUS_MS - Date.now());
      }
    } finally {
      stop();
    }

    async function send(event: string, data: unknown): Promise<void> {
      await stream.writeSSE({ event, data: JSON.stringify(data) });
    }
    async function pause(ms: number): Promise<void> {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(1, ms));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  });
}

/** Server-sent events, for as long as `work` lasts; too many at once are refused. */
export function boundedStream(
  context: Context,
  work: (stream: SSEStreamingApi) => Promise<void>,
): Response {
  if (context.req.method === 'HEAD') return context.body(null);
  if (open >= MOST_STREAMS) {
    return context.json({ error: 'too many streams', hint: 'close some pages' }, 503);
  }
  open++;
  return streamSSE(context, (stream) => work(stream).finally(() => open--));
}
