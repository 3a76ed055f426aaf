import type { Counted } from '../fleet/harm.ts';
import { whyHarm } from '../fleet/harm.ts';
import { createTallies, countedSince, HOUR_MS } from './tallies.ts';
import type { Tally } from './tallies.ts';

/** The watch over what is new of the fleet's policy: does more go wrong with it than is usual here? */
export interface BaseSoak {
  readonly isOn: boolean;
  /** Nothing has shown in all of its time. */
  readonly isOver: boolean;
  /** From the change on, or from the start of this process, for so long. */
  begin(ms: number): void;
  end(): void;
  /** What is usual now, to be held against later: in an hour, and in the time of the watch. */
  usual(soakMs: number): Counted[];
  /** Why it does harm, if it does. */
  harm(usual: readonly Counted[]): string | undefined;
  readonly goodLastHour: number;
  close(): void;
}

export function createBaseSoak(counts: () => Tally, now: () => number): BaseSoak {
  const tallies = createTallies(counts, now);
  /** What was counted when the watch began. */
  let began: { readonly at: number; readonly until: number; readonly tally: Tally } | undefined;

  return {
    get isOn() {
      return began !== undefined;
    },
    get isOver() {
      return began !== undefined && began.until <= now();
    },
    begin(ms) {
      began = { at: now(), until: now() + ms, tally: { ...counts() } };
    },
    end: () => void (began = undefined),
    usual: (soakMs) => [tallies.over(HOUR_MS), tallies.over(soakMs)],
    harm(usual) {
      if (began === undefined) return undefined;
      return whyHarm(usual, countedSince(began.tally, counts(), now() - began.at));
    },
    get goodLastHour() {
      return tallies.over(HOUR_MS).good;
    },
    close: () => tallies.close(),
  };
}
