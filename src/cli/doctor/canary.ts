import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Watch } from '../../pbx/seen.ts';
import type { Explanation } from '../../web/explanation.ts';
import { ask } from '../client.ts';
import type { CanaryCall } from './canary-message.ts';
import { sendCanary } from './canary-send.ts';

/** Where a canary may fly, or why none may. */
export type Flight =
  | {
      readonly method: CanaryCall['method'];
      readonly host: string;
      readonly port: number;
      /** The daemon must answer with a verdict: the request becomes a call that it is told of. */
      readonly judged: boolean;
    }
  | { readonly why: string };

/** What became of one canary. */
export interface CanaryFacts {
  readonly flight: Flight;
  /** Why it could not be sent. */
  readonly fault?: string;
  /** Status of the PBX's final answer; 0 for silence. */
  readonly answer?: number;
  /** The event that told of it, and after how long. */
  readonly event?: string | undefined;
  readonly eventMs?: number;
  /** What the running daemon said of it; undefined without a daemon, or a word of it. */
  readonly verdict?: { readonly verdict: string; readonly rule: string } | undefined;
}

/** How long an event and a verdict may take; both take some milliseconds. */
const WAIT_MS = 2000;

/**
 * Sends one harmless request and follows it to the PBX's event and the daemon's verdict.
 * @param listen opens the connection that the event is waited for on
 * @param socket of the daemon; undefined when none runs
 */
export async function flyCanary(
  flight: Flight,
  userAgent: string,
  listen: () => Promise<Watch>,
  socket: string | undefined,
): Promise<CanaryFacts> {
  if ('why' in flight) return { flight };
  const { method, host, port, judged } = flight;
  const watch = await listen();
  try {
    const caller = `99${randomInt(10_000_000, 99_999_999)}`;
    const startedAt = Date.now();
    const from = performance.now();
    let seen: Promise<string | undefined> | undefined;
    let eventMs = 0;
    const call = { method, host, port, caller, called: CALLED, userAgent };
    const { answer, localHost, localPort } = await sendCanary(call, (local) => {
      seen = watch.seen({ port: local, caller }, WAIT_MS).finally(() => {
        eventMs = performance.now() - from;
      });
    });
    const event = await seen;
    const verdict =
      socket === undefined || event === undefined || !judged
        ? undefined
        : await verdictOn(socket, { address: localHost, port: localPort, caller, startedAt });
    return { flight, answer: await answer, event, eventMs, verdict };
  } catch (error) {
    return { flight, fault: error instanceof Error ? error.message : String(error) };
  } finally {
    watch.close();
  }
}

/** Allowed in a user part (RFC 3261 §25.1, mark), and begins no number that anybody has. */
const CALLED = '~ghostgate-canary';

/** The daemon stores its verdicts within a second. */
async function verdictOn(
  socket: string,
  sent: { address: string; port: number; caller: string; startedAt: number },
): Promise<CanaryFacts['verdict']> {
  for (let waited = 0; waited <= WAIT_MS; waited += 100) {
    const reply = await ask<Explanation>(
      socket,
      'GET',
      `/explain/${encodeURIComponent(sent.address)}`,
    );
    if (!reply.ok) return undefined;
    const mine = reply.body.verdicts.find(
      ({ seenAt, port, callingNumber, account }) =>
        seenAt >= sent.startedAt - 2000 &&
        (port === sent.port || callingNumber === sent.caller || account === sent.caller),
    );
    if (mine !== undefined) return { verdict: mine.verdict, rule: mine.rule };
    await setTimeout(100);
  }
  return undefined;
}
