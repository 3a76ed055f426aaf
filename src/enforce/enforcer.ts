import type { Ban } from '../judge/verdict.ts';

/**
 * One place where bans are written. The rules every enforcer keeps (the contract suite in
 * test/enforce checks them): `ban` and `release` are idempotent; a target is an IPv4 address or
 * an IPv6 prefix in canonical text; every element ends by itself at `until` where the place can
 * do that; `present` asks the place itself, not our memory; a fault rejects with EnforceError.
 */
export interface Enforcer {
  /** As in the policy's `enforce` list. */
  readonly name: string;
  /** Prepares the place: table, jail, include file. Safe to call on what is prepared already. */
  open(): Promise<void>;
  /** Targets that the place holds now. */
  present(): Promise<ReadonlySet<string>>;
  ban(bans: readonly Ban[]): Promise<void>;
  release(targets: readonly string[]): Promise<void>;
  /**
   * Has this address really sent packets to the SIP ports lately? `undefined` when the place
   * cannot tell. Only nftables can: an event that names an address it never saw is a forgery.
   */
  saw?(address: string): Promise<boolean | undefined>;
  /**
   * Closes the SIP ports, silently, to everybody but these; undefined opens them again. Acts on the
   * whole at once, so that it may be told the same again. Only nftables can.
   */
  lockdown?(wanted: Lockdown | undefined): Promise<void>;
  /** What has become of it, as the place itself says. */
  locked?(): Promise<Locked>;
  /** Addresses that sent packets to the SIP ports in the last minute, as far as they were noted. */
  senders?(): Promise<string[]>;
  /** Most targets the place can hold in reasonable time; newest and longest win. */
  readonly capacity?: number;
  /** Leaves bans in force: they end by their own timeouts. */
  close(): Promise<void>;
}

/** Who may still send to the SIP ports. */
export interface Lockdown {
  /** The place itself opens the ports again after this time, whatever becomes of us. */
  readonly forMs: number;
  /** Networks of trunks and of those the policy trusts, canonical. */
  readonly open: readonly string[];
  /** Addresses, for IPv6 prefixes of `v6Bits`, that hold a registration. */
  readonly registered: readonly string[];
  readonly v6Bits: number;
}

export interface Locked {
  readonly inForce: boolean;
  /** Packets dropped since the place was made. */
  readonly droppedPackets: number;
}

/** A place refused or could not be reached; `hint` says what to do next. */
export class EnforceError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EnforceError';
    this.hint = hint;
  }
}
