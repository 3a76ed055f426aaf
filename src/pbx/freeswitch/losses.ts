import type { PbxCounters } from '../pbx.ts';
import type { EslError } from './esl-error.ts';
import type { Problems } from './problems.ts';

/** Tells of events that did not reach us. */
export interface Losses {
  /** A call from outside ended of which nothing had been told. */
  strangerEnded(bornAt: number): void;
  /** From this moment on, by the PBX's clock in ms since the epoch, every call is told to us. */
  watchedFrom(at: number): void;
  /** A connection ended. */
  ended(error: EslError): void;
  stop(): void;
}

/** Time after the last loss until the link is well again. */
const CALM_MS = 60_000;
/** FreeSWITCH cuts a client off for the loss after the five hundredth (measured). */
const LOST_BEFORE_CUT_OFF = 501;

/**
 * FreeSWITCH drops events when their queue is full and does not say so; its Event-Sequence has
 * gaps of its own and proves nothing. What shows is the end of a call that had no beginning.
 */
export function watchLosses(
  problems: Pick<Problems, 'set'>,
  counters: Pick<PbxCounters, 'lostEvents'>,
): Losses {
  let from = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  return {
    strangerEnded(bornAt) {
      if (bornAt <= from) return;
      counters.lostEvents++;
      problems.set('losses', LOSING);
      clearTimeout(timer);
      timer = setTimeout(() => problems.set('losses', undefined), CALM_MS);
    },
    watchedFrom(at) {
      from = at;
    },
    ended({ kind }) {
      if (kind === 'cut-off') counters.lostEvents += LOST_BEFORE_CUT_OFF;
    },
    stop: () => clearTimeout(timer),
  };
}

const LOSING =
  'FreeSWITCH loses events, so calls go by unjudged: it has more of them than it can hand over. ' +
  'Shut the flood out with nftables, and see that Ghostgate gets enough of the processor';
