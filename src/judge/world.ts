import type { PrefixTable } from '../event/network.ts';
import type { Registration } from '../event/sip-event.ts';
import type { TrunkPolicy } from '../policy/policy.ts';
import type { DialledNumbers } from './dialled.ts';

/** What is known around an event besides the event and its source's standing. */
export interface World {
  /** Loopback and the PBX machine's own addresses. */
  readonly own: PrefixTable<string>;
  /** Addresses of every trunk, DNS names resolved. */
  readonly trunks: PrefixTable<TrunkPolicy>;
  /** Trunk host names that DNS never answered for: until it does, any stranger may be the carrier. */
  readonly unresolvedHosts: readonly string[];
  /** Trusted networks; the value is the network as the policy names it. */
  readonly trusted: PrefixTable<string>;
  /** Live registrations as the PBXs answered, by target (address, or prefix for IPv6). */
  readonly registrations: ReadonlyMap<string, readonly Registration[]>;
  /** Targets released by hand and until when (ms) nothing may ban them again. */
  readonly graces: ReadonlyMap<string, number>;
  /** What strangers dialled lately, over all sources; the judge adds to it. */
  readonly dialled: DialledNumbers;
}
