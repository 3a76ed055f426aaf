import type { Counted } from '../fleet/harm.ts';

/** Counts since the start, as they grow. */
export type Tally = Omit<Counted, 'ms'>;

/** How much was counted in the times before now, an hour at the most. */
export interface Tallies {
  over(ms: number): Counted;
  close(): void;
}

/** Looks at the counts every few seconds, which is as exact as `over` is. */
export function createTallies(counts: () => Tally, now: () => number): Tallies {
  const samples: { readonly at: number; readonly tally: Tally }[] = [];
  /** A clock that was set back: how long ago these were is not known. */
  const forgetFuture = (): void => {
    if ((samples.at(-1)?.at ?? 0) <= now()) return;
    samples.length = 0;
    samples.push({ at: now(), tally: { ...counts() } });
  };
  const look = (): void => {
    forgetFuture();
    samples.push({ at: now(), tally: { ...counts() } });
    while ((samples[1]?.at ?? Number.POSITIVE_INFINITY) <= now() - HOUR_MS) samples.shift();
  };
  look();
  const timer = setInterval(look, SAMPLE_MS).unref();
  return {
    over(ms) {
      forgetFuture();
      const from = samples.findLast(({ at }) => at <= now() - ms) ?? samples[0];
      return from === undefined
        ? { ms: 1, ...NONE }
        : countedSince(from.tally, counts(), now() - from.at);
    },
    close: () => clearInterval(timer),
  };
}

/** @param ms that passed between the two */
export function countedSince(before: Tally, after: Tally, ms: number): Counted {
  return {
    ms: Math.max(1, ms),
    good: after.good - before.good,
    lost: after.lost - before.lost,
    refused: after.refused - before.refused,
    overBudget: after.overBudget - before.overBudget,
  };
}

export const NONE: Tally = { good: 0, lost: 0, refused: 0, overBudget: 0 };
export const HOUR_MS = 3_600_000;
const SAMPLE_MS = 10_000;
