import type { FeedsReport } from '../judge/feeds-report.ts';
import type { AuditEntry } from '../judge/audit.ts';
import type { History } from '../judge/history.ts';
import type { BanRecord, VerdictRow } from '../judge/record.ts';
import type { Answer, Ban } from '../judge/verdict.ts';
import type { ReportSource } from '../report/source.ts';

/**
 * What the running daemon lets its control socket, its metrics and its commands ask and do.
 * daemon.ts implements it; tests put a fake in its place. Everything here is plain JSON, times in
 * milliseconds since the epoch. The reading calls are quick and never throw.
 */
export interface Control {
  status(): StatusReport;
  /** Bans in force, in any order. */
  bans(): readonly Ban[];
  ban(request: BanRequest): Promise<{ ban: Ban } | Refusal>;
  /** Resolves when every enforcer was told: the target is free then. */
  unban(request: UnbanRequest): Promise<{ released: boolean; graceUntil: number } | Refusal>;
  /** @param address canonical text from parseNetwork: an address, or a target as `bans` shows it */
  explain(address: string): Explanation;
  /**
   * @param call the PBX's channel or the SIP Call-ID, as a person copied it
   * Undefined when no call of that name is remembered.
   */
  explainCall(call: string): CallExplanation | undefined;
  /** @param by who asked; whoever may open the control socket, when left out */
  reload(by?: string): Promise<{ ok: true } | { problems: string[] }>;
  /** The newest of all sources, newest first. */
  verdicts(limit: number): readonly VerdictRow[];
  /** What happened in the last hours, by as many of them. */
  history(hours: number): History;
  /** What a report is made of, by hours. @param since ms since the epoch, ninety days ago at most */
  report(since: number): Promise<ReportSource>;
  /** Who is told when something happens. */
  readonly notify: NotifyControl;
  /** Who did what, newest first. */
  audit(limit: number): readonly AuditEntry[];
  /** Keeps who did what. Never throws: what was done is done. */
  keepAudit(entry: Omit<AuditEntry, 'at'>): void;
  /** Tells what happens from now on; returns the function that ends it. */
  follow(listener: (event: LiveEvent) => void): () => void;
  readonly lockdown: LockdownControl;
  readonly feeds: FeedsControl;
}

/** Lists of addresses that others keep, and the user's MMDB files. */
export interface FeedsControl {
  view(): FeedsReport;
  /** Puts a list in force that is held back. */
  accept(request: {
    readonly name: string;
    readonly by: string;
  }): Promise<{ accepted: string; entries: number } | Refusal>;
  /** Looks at the places of all lists now, or of one. */
  refresh(request: { readonly name?: string | undefined }): Promise<FeedsReport | Refusal>;
}

/** What happens while somebody looks on. */
export type LiveEvent =
  | {
      readonly kind: 'verdicts';
      readonly verdicts: readonly VerdictRow[];
      /** Verdicts of the same moment left out: more than a person can read. */
      readonly skipped: number;
    }
  | { readonly kind: 'ban'; readonly ban: Ban }
  | { readonly kind: 'released'; readonly target: string };

/** Those who are told. */
export interface NotifyControl {
  channels(): readonly ChannelReport[];
  /** Sends each, or the one of this name, a message now. */
  test(name?: string): Promise<readonly TestReport[] | Refusal>;
}

/** The part of notify/'s ChannelStatus that is shown. */
export interface ChannelReport {
  readonly name: string;
  readonly way: string;
  readonly on: readonly string[];
  /** Things that wait to be told, messages sent, things given up on since the start. */
  readonly waiting: number;
  readonly sent: number;
  readonly lost: number;
  readonly lastSentAt?: number;
  readonly problem?: string;
}

export interface TestReport {
  readonly name: string;
  readonly ok: boolean;
  /** What the receiver said, or why it was not sent. */
  readonly said: string;
}

/** The SIP ports closed to all but those who are let in. */
export interface LockdownControl {
  /** What it is, and what it would be. */
  view(): Promise<LockdownView>;
  /** Puts it in force; it ends by itself unless confirmed in time. */
  on(request: { readonly confirmWithinSeconds: number; readonly by: string }): LockdownAnswer;
  /** It stays, over restarts too. */
  confirm(request: { readonly by: string }): LockdownAnswer;
  off(request: { readonly by: string }): LockdownAnswer;
}

/** A dead man's switch that waits longer is none. */
export const LONGEST_UNCONFIRMED_SECONDS = 3600;

export type LockdownAnswer = Promise<{ lockdown: LockdownReport } | Refusal>;

export interface LockdownView {
  readonly lockdown: LockdownReport;
  readonly plan: LockdownPlan;
}

export interface LockdownReport {
  readonly state: 'off' | 'unconfirmed' | 'on';
  /** Since when it is unconfirmed or on, and whose doing that was. */
  readonly since?: number;
  readonly by?: string;
  /** When it ends by itself: only while unconfirmed. */
  readonly until?: number;
  /** What the packet filter holds: `on` without this is a fault, told in `problem`. */
  readonly inForce: boolean;
  /** Packets dropped since the packet filter's table was made. */
  readonly droppedPackets: number;
  readonly problem?: string;
}

/** Whom lockdown lets in, and what stands against it. */
export interface LockdownPlan {
  readonly sipPorts: readonly number[];
  readonly trunks: readonly { readonly name: string; readonly addresses: number }[];
  /** How many trusted networks. */
  readonly trusted: number;
  /** Absent where the policy lets no source in for its registration. */
  readonly registered?: RegisteredPlan;
  /** Who sent to the SIP ports in the last minute and would be shut out: scanners, or somebody missed. */
  readonly shutOut: { readonly sources: number; readonly some: readonly string[] };
  /** Why it cannot be switched on. */
  readonly refusal?: Refusal;
}

export interface RegisteredPlan {
  readonly sources: number;
  /** How many of them are in no trusted network: let in for their registration alone. */
  readonly outside: number;
  readonly some: readonly { readonly address: string; readonly accounts: readonly string[] }[];
  /** Accounts registered from outside at a private address: their packets come from another. */
  readonly unreachable: readonly string[];
}

export interface BanRequest {
  /** Canonical text from parseNetwork. */
  readonly target: string;
  readonly seconds: number;
  readonly because: string;
  /** Who asked: a user's name. */
  readonly by: string;
}

export interface UnbanRequest {
  readonly target: string;
  readonly because: string;
  readonly by: string;
}

/** Every answer on the socket carries this header, so that a command knows whom it asked. */
export const CONTROL_HEADER = 'ghostgate-control';

/** The daemon said no: why, and what the operator may do. */
export interface Refusal {
  readonly refused: string;
  readonly hint?: string;
}

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

/** This site's part in the fleet: what of fleet/'s FleetState is shown. */
export interface FleetReport {
  readonly link: {
    readonly state: 'connecting' | 'up';
    readonly since: number;
    readonly server?: string;
    readonly problem?: string;
  };
  /** Sites that belong to the fleet. */
  readonly sites: number;
  /** Whether this one does, with the key it has. */
  readonly member: boolean;
  /** What other sites say that holds now. */
  readonly claims: number;
  /** Messages taken and refused since the start; notices told, and not told yet. */
  readonly heard: number;
  readonly refused: number;
  readonly told: number;
  readonly unsent: number;
  readonly lastRefusal?: string;
  /** Notices over a site's budget, and of targets that no site may tell of. */
  readonly unused: { readonly overBudget: number; readonly badTargets: number };
  readonly caughtUpAt?: number;
  /** What of the fleet's policy lies under this site's own; absent where it extends none. */
  readonly policy?: FleetPolicyReport;
}

/** fleet/'s SitePolicy. */
export interface FleetPolicyReport {
  readonly ring: string;
  /** 0: none. */
  readonly version: number;
  readonly takenAt: number;
  readonly goodLastHour: number;
  readonly refused?: { readonly version: number; readonly why: string };
  readonly rolledBack?: { readonly version: number; readonly why: string };
}

export interface TrunkReport {
  readonly name: string;
  /** Addresses and prefixes trusted now, DNS answers included. */
  readonly addresses: number;
  readonly problem?: string;
}

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
