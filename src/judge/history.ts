import type { SipEvent } from '../event/sip-event.ts';
import type { Verdict } from './verdict.ts';

/**
 * What is counted over time. `would-…` is what observe mode only judged: it never mixes with what
 * was done.
 */
export type Measure =
  /** Ghost calls that the PBX hung up, or that were gone before it could. */
  | 'stopped'
  | 'would-stop'
  /** Ghost calls that had already been sent to a phone when they were rejected. */
  | 'rang'
  /** Ghost calls that the PBX did not hang up when asked. */
  | 'not-stopped'
  /** Good calls from sources that are known. */
  | 'passed'
  /** Calls of strangers that were let through. */
  | 'let-through'
  /** Everything else that a rule found fault with: registrations, mostly. */
  | 'attempt'
  /** Bans, each time that one began. */
  | 'shut-out'
  | 'would-shut-out'
  | 'released'
  /** Minutes in which the link to the PBX worked; with no PBX named: in which Ghostgate ran. */
  | 'minutes-up';

/** How often something happened, in one stretch of time. */
export interface HistoryCount {
  /** Beginning of that time, in ms since the epoch. */
  readonly at: number;
  /** Name of the PBX; empty where none is meant. */
  readonly pbx: string;
  readonly measure: Measure;
  /** The rule that decided; empty where none did. */
  readonly rule: string;
  readonly count: number;
}

/** Sources are counted by what they did that a rule found fault with, dialled numbers by ghost calls. */
export type TopKind = 'source' | 'dialled';

/** One of the busiest. */
export interface HistoryTop {
  readonly kind: TopKind;
  readonly pbx: string;
  /** A ban target, or a number as the stranger dialled it. */
  readonly name: string;
  readonly count: number;
}

/** What happened in a time, for the page and for reports. */
export interface History {
  readonly since: number;
  readonly until: number;
  /** Length of one stretch of time in `counts`. */
  readonly stepMs: number;
  /** From when on anything was counted at all; absent when nothing was. */
  readonly countedSince?: number;
  /** Oldest first; what did not happen is not in it. */
  readonly counts: readonly HistoryCount[];
  /**
   * Busiest first. Sums over the busiest of each hour: one that stayed just below them all the time
   * may be missing.
   */
  readonly sources: readonly HistoryTop[];
  readonly dialled: readonly HistoryTop[];
}

/** What this verdict counts as, before anything was done; undefined for what nobody asks about. */
export function measureOf(
  event: SipEvent,
  { answer, rule }: Verdict,
  mode: 'observe' | 'enforce',
): Measure | undefined {
  if (event.kind !== 'call') return answer === 'pass' ? undefined : 'attempt';
  if (answer === 'reject' || answer === 'ban') {
    // In enforce mode the PBX's answer to the hang-up is counted, not the wish.
    return mode === 'observe' ? 'would-stop' : undefined;
  }
  return answer === 'pass' && rule !== 'no-rule' ? 'passed' : 'let-through';
}
