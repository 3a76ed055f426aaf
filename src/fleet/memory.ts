import type { Claim } from './quorum.ts';
import type { Notice, Lift } from './notice.ts';

/** A site of the fleet, as the operator's last order about it says. */
export interface Member {
  readonly site: string;
  /** Its public key; undefined: revoked. */
  readonly key: string | undefined;
  /** Its ring, as the operator's own commands see it. */
  readonly ring?: string;
  /** Of the order. */
  readonly at: number;
}

/** A source that the operator set free in the whole fleet; known for KEPT_MS, that no replay of it counts. */
export interface Freed {
  readonly target: string;
  readonly at: number;
  readonly until: number;
  readonly because: string;
}

/** What outlives a restart. */
export interface Kept {
  readonly members: readonly Member[];
  /** Number of the last message taken from each site. */
  readonly heard: ReadonlyMap<string, number>;
  readonly claims: readonly { readonly target: string; readonly claim: Claim }[];
  readonly freed: readonly Freed[];
  /** Sequence in each stream that all before is known of, the allow list, the last number sent. */
  readonly facts: ReadonlyMap<string, string>;
}

/** Where the fleet keeps what it knows. Synchronous. Throws StoreError. */
export interface FleetMemory {
  /** Forgets what is over, and returns the rest. */
  read(now: number): Kept;
  /** Everything that is put meanwhile, or nothing of it. */
  together<T>(work: () => T): T;
  /** Forgets all but what is yet to be told: another operator has the say now. */
  startOver(): void;
  putMember(member: Member): void;
  putHeard(site: string, number: number): void;
  putClaim(target: string, claim: Claim): void;
  dropClaim(target: string, site: string): void;
  clearClaims(target: string): void;
  forgetClaims(site: string): void;
  putFreed(freed: Freed): void;
  putFact(name: string, value: string): void;
  /** What this site has to tell, oldest first; over its bound the oldest go. */
  push(item: Notice | Lift): void;
  waiting(most: number): readonly { readonly id: number; readonly item: unknown }[];
  /** They have been told. */
  told(upTo: number): void;
  readonly unsent: number;
}
