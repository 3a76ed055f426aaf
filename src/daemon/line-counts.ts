import type { Answer } from '../judge/verdict.ts';

/** Since the start. */
export interface LineCounts {
  readonly verdicts: Record<Answer, number>;
  readonly calls: {
    judged: number;
    /** From sources that are known, and passed. */
    good: number;
    rejected: number;
    /** Calls to be rejected that the PBX had already sent on to a phone, hung up in time or not. */
    rangBeforeRejected: number;
  };
  injections: number;
  /** Calls that were rejected though their source had had good ones before. */
  lost: number;
  /** Milliseconds since the epoch; undefined before the first. */
  lastEventAt: number | undefined;
}

export function newCounts(): LineCounts {
  return {
    verdicts: { pass: 0, watch: 0, reject: 0, ban: 0 },
    calls: { judged: 0, good: 0, rejected: 0, rangBeforeRejected: 0 },
    injections: 0,
    lost: 0,
    lastEventAt: undefined,
  };
}
