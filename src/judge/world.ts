import type { PrefixTable } from '../event/network.ts';
import { prefixTable } from '../event/network.ts';
import type { Registration } from '../event/sip-event.ts';
import { targetOf } from '../event/source.ts';
import type { Policy } from '../policy/policy.ts';
import type { TrunkPolicy } from '../policy/policy-trunks.ts';
import { createDialledNumbers, type DialledNumbers } from './dialled.ts';
import type { Listings } from './listings.ts';

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
  /** PBXs that have not told who is registered yet: any source may be a phone of theirs. */
  readonly unheardPbxs?: readonly string[];
  /** Targets released by hand and until when (ms) nothing may ban them again. */
  readonly graces: ReadonlyMap<string, number>;
  /** Networks of the fleet's allow list: judged as others, never shut out by rule or notice. */
  readonly allowed?: PrefixTable<string> | undefined;
  /** What feeds and GeoIP say of addresses; absent where the policy asks none. */
  readonly listings?: Listings | undefined;
  /** What strangers dialled lately, over all sources; the judge adds to it. */
  readonly dialled: DialledNumbers;
}

/** For those who keep a world as it changes. */
export type KeptWorld = { -readonly [Key in keyof World]: World[Key] };

/** A world in which nobody is registered yet and no stranger has dialled. @param hosts addresses of the trunks' names */
export function newWorld(
  policy: Policy,
  hosts: ReadonlyMap<string, readonly string[]>,
  { own, trunks, graces }: Pick<World, 'own' | 'trunks' | 'graces'>,
): KeptWorld {
  return {
    own,
    trunks,
    unresolvedHosts: unresolvedHosts(policy, hosts),
    trusted: trustedNetworks(policy),
    registrations: new Map(),
    graces,
    dialled: createDialledNumbers(),
  };
}

/** Trunk names of the policy that no address is known for. */
export function unresolvedHosts(
  { trunks }: Pick<Policy, 'trunks'>,
  addresses: ReadonlyMap<string, readonly string[]>,
): string[] {
  return trunks.flatMap(({ hosts }) => hosts.filter((host) => !addresses.get(host)?.length));
}

export function trustedNetworks({ trust }: Pick<Policy, 'trust'>): World['trusted'] {
  return prefixTable(trust.networks.map((network) => [network, network] as const));
}

/** The registrations of all PBXs by what they are judged as. */
export function registrationsByTarget(
  byPbx: ReadonlyMap<string, readonly Registration[]>,
  v6Bits: number,
): Map<string, Registration[]> {
  const targets = new Map<string, Registration[]>();
  for (const live of byPbx.values()) {
    for (const registration of live) {
      const target = targetOf(registration.address, v6Bits);
      const list = targets.get(target);
      if (list === undefined) targets.set(target, [registration]);
      else list.push(registration);
    }
  }
  return targets;
}
