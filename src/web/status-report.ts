import type { FeedsReport } from '../judge/feeds-report.ts';
import type { Answer } from '../judge/verdict.ts';
import type { LockdownReport } from './control-lockdown.ts';
import type { FleetReport } from './fleet-report.ts';

export interface StatusReport {
  readonly site: string;
  readonly version: string;
  readonly mode: 'observe' | 'enforce';
  readonly startedAt: number;
  /** `error`: the last reload failed with it and the policy before stays in force. */
  readonly policy: { readonly path: string; readonly loadedAt: number; readonly error?: string };
  readonly pbxs: readonly LinkReport[];
  /** The gates that are kept, one for each PBX that can be reached; none without a gate. */
  readonly gates: readonly GateReport[];
  readonly enforcers: readonly EnforcerReport[];
  readonly bans: { readonly active: number; readonly quarantines: number };
  /** Sources whose standing is remembered. */
  readonly sources: number;
  /** Verdicts since the start. */
  readonly verdicts: Readonly<Record<Answer, number>>;
  /**
   * Calls since the start; `good` came from known sources and passed, `rangBeforeRejected` were
   * rejected too late for the phone.
   */
  readonly calls: {
    readonly judged: number;
    readonly good: number;
    readonly rejected: number;
    readonly rangBeforeRejected: number;
  };
  /** Bans of the judge since the start that the breaker refused, and that it cut down. */
  readonly breaker: { readonly refused: number; readonly overBudget: number };
  /** Attempts since the start to make a PBX print events that never happened. */
  readonly injections: number;
  readonly trunks: readonly TrunkReport[];
  readonly lockdown: LockdownReport;
  readonly feeds: FeedsReport;
  /** Absent where the policy has no fleet. */
  readonly fleet?: FleetReport;
  /** What the operator should know, newest first. */
  readonly notices: readonly string[];
  /** Verdicts and journal lines that the store had to drop since the start. */
  readonly droppedRows?: number;
}

/** A PBX link: the part of pbx/'s PbxStatus that is shown. */
export interface LinkReport {
  readonly name: string;
  readonly kind: string;
  readonly state: 'connecting' | 'up' | 'degraded' | 'refused' | 'closed';
  readonly version?: string;
  readonly since: number;
  readonly problem?: string;
  /** How the connection before this one ended, and when. */
  readonly lastLoss?: { readonly at: number; readonly why: string };
  readonly counters: {
    readonly connections: number;
    readonly refusedFrames: number;
    readonly unknownSources: number;
    /** Events known to have been lost on their way. */
    readonly lostEvents: number;
    /** Restarts of the PBX, or of a module of it that the link lives on. */
    readonly restarts: number;
  };
}

/** What the gate in one PBX's dialplan is given to look up. */
export interface GateReport {
  readonly pbx: string;
  /** Sources that go through at once. */
  readonly trusted: number;
  /** Why the lists could not be written; empty: not yet. */
  readonly problem?: string;
}

export interface EnforcerReport {
  readonly name: string;
  readonly state: 'ok' | 'failing';
  readonly problem?: string;
  /** Targets the place held at the last tick. */
  readonly present: number;
  /** What reconciling had to put right since the start: targets that were missing, and strays. */
  readonly drift: { readonly added: number; readonly released: number };
  readonly lastTickAt?: number;
}

export interface TrunkReport {
  readonly name: string;
  /** Addresses and prefixes trusted now, DNS answers included. */
  readonly addresses: number;
  readonly problem?: string;
}
