/** Faults of one site that come one soon after another: each is waited out longer. */
export interface FaultSeries {
  /** @param now ms since the epoch. Answers for how many ms the site rests. */
  add(now: number): number;
  /** In the running series. */
  readonly count: number;
}

export function faultSeries(): FaultSeries {
  let count = 0;
  let lastAt = 0;
  return {
    add(now) {
      count = now - lastAt < CALM_MS ? count + 1 : 1;
      lastAt = now;
      return Math.min(MOST_PAUSE_MS, 1000 * 2 ** (count - 1));
    },
    get count() {
      return count;
    },
  };
}

/** Faults further apart than this are not one series. */
const CALM_MS = 600_000;
const MOST_PAUSE_MS = 60_000;
