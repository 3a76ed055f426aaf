import type { BanRecord, VerdictRow } from '../judge/record.ts';

/** The story of one source. */
export interface Explanation {
  readonly target: string;
  readonly address: string;
  /** Why it is no stranger, in words: `trunk gntel`, `registered as 201`. Absent: a stranger. */
  readonly known?: string;
  /** What is remembered of it, a sentence each. */
  readonly standing: readonly string[];
  /** Newest first. */
  readonly verdicts: readonly VerdictRow[];
  /** Newest first, the running one included. */
  readonly bans: readonly BanRecord[];
  readonly shutOut?: {
    readonly until: number;
    readonly rule: string;
    readonly why: string;
    readonly quarantine: boolean;
  };
  /** Released by hand: nothing bans it before this time. */
  readonly graceUntil?: number;
}

/** The story of one call. */
export interface CallExplanation {
  readonly call: string;
  /** Newest first: how it ended, if that is known, and what was decided. */
  readonly verdicts: readonly VerdictRow[];
  /** Of the source that it came from. */
  readonly source: Explanation;
}
