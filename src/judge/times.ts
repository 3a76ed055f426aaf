import type { Proof } from '../event/sip-event.ts';

/**
 * When something counted happened, oldest first, in ms since the epoch. `all` holds every time,
 * `proven` those that no packet with a false sender can have caused. Both are bounded: to know
 * whether a limit is reached, the last `limit` times are enough.
 */
export interface Times {
  all: number[];
  proven: number[] | undefined;
}

/** The first time. The literal [now] costs one slot; a push into an empty list, seventeen. */
export function firstTime(proof: Proof, now: number): Times {
  return { all: [now], proven: proof === 'proven' ? [now] : undefined };
}

/** Adds one time; those out of the window and those over the bound fall off the old end. */
export function noteTime(times: Times, proof: Proof, now: number, bound: Bound): void {
  pushTime(times.all, now, bound);
  if (proof === 'forgeable') return;
  if (times.proven === undefined) times.proven = [now];
  else pushTime(times.proven, now, bound);
}

/** As noteTime, for one list. */
export function pushTime(times: number[], now: number, { limit, withinSeconds }: Bound): void {
  const since = now - withinSeconds * 1000;
  while (times.length > 0 && (times.length >= limit || (times[0] ?? 0) <= since)) times.shift();
  times.push(now);
}

/** How many times are kept at most, and for how long. */
export interface Bound {
  readonly limit: number;
  readonly withinSeconds: number;
}

/** How many times lie after `since`, and when the first of them was. */
export function countSince(
  times: readonly number[] | undefined,
  since: number,
): { count: number; firstAt: number } {
  const from = times?.findIndex((at) => at > since) ?? -1;
  if (times === undefined || from === -1) return { count: 0, firstAt: 0 };
  return { count: times.length - from, firstAt: times[from] ?? 0 };
}
