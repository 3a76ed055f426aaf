import type { Refusal } from './refusal.ts';

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
