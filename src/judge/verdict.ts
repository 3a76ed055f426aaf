import type { Proof } from '../event/sip-event.ts';

/** From mildest to strongest. A `ban` for a call also rejects that call. */
export type Answer = 'pass' | 'watch' | 'reject' | 'ban';

/** The judge's answer: plain data; only a finished verdict touches the world. */
export interface Verdict {
  readonly answer: Answer;
  /** Name of the rule that decided; for known sources `trunk`, `trusted-network`, `registered`, `authenticated`, `own-address`, or `trunk-caller-id`. */
  readonly rule: string;
  /** Words an operator can read to a customer. */
  readonly why: string;
  /** Proof of the evidence that decided. */
  readonly proof: Proof;
  /** What a ban would cover: an IPv4 address, or an IPv6 prefix like `2001:db8:1:2::/64`. */
  readonly target: string;
  /** Length of the ban; only with answer `ban`. */
  readonly jailSeconds?: number;
  /** True when the ban is a quarantine: short, because the evidence can be forged. */
  readonly quarantine?: boolean;
  /** A notice to the operator, once until it changes: a shielded source with a failing account. */
  readonly notice?: string;
}

/** A ban as it is stored and written to enforcers. */
export interface Ban {
  readonly target: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  readonly rule: string;
  readonly why: string;
  readonly proof: Proof;
  readonly quarantine: boolean;
  /** Who decided; fleet: enough other sites, of which `why` tells. */
  readonly by: 'judge' | 'hand' | 'fleet';
  /** PBX whose event led to it; absent for a ban by hand. */
  readonly pbx?: string;
}
