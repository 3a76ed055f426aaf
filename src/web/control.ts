import type { AuditEntry } from '../judge/audit.ts';
import type { History } from '../judge/history.ts';
import type { VerdictRow } from '../judge/record.ts';
import type { Ban } from '../judge/verdict.ts';
import type { ReportSource } from '../report/source.ts';
import type { FeedsControl } from './control-feeds.ts';
import type { LockdownControl } from './control-lockdown.ts';
import type { NotifyControl } from './control-notify.ts';
import type { CallExplanation, Explanation } from './explanation.ts';
import type { LiveEvent } from './live-event.ts';
import type { Refusal } from './refusal.ts';
import type { StatusReport } from './status-report.ts';

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
