import { networkInterfaces } from 'node:os';
import { prefixTable } from '../event/network.ts';
import type { Registration } from '../event/sip-event.ts';
import { parseAddress } from '../event/source.ts';
import type { Listings } from '../judge/listings.ts';
import type { World } from '../judge/world.ts';
import {
  newWorld,
  registrationsByTarget,
  trustedNetworks,
  unresolvedHosts,
} from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import { hostOf } from '../policy/policy-reach.ts';
import { buildTrunkTable } from '../policy/resolve.ts';

/** Keeps the world the judge looks at: own addresses, trunks, networks, registrations, graces. */
export interface Surroundings {
  readonly world: World;
  readonly policy: (policy: Policy) => void;
  trunkAddresses(addressesByHost: ReadonlyMap<string, readonly string[]>): void;
  registrations(pbx: string, live: readonly Registration[]): void;
  /** Its link works: it has told who is registered, or may not be asked. */
  heard(pbx: string): void;
  /** Forgets what a PBX held that the policy no longer names. */
  forget(pbx: string): void;
  grace(target: string, until: number): void;
  /** What feeds and GeoIP say from now on. */
  listings(listings: Listings | undefined): void;
  /** The fleet's allow list from now on. */
  allow(networks: readonly string[]): void;
  /** The machine's own networks, for the journal. */
  readonly own: () => readonly string[];
  /** Reads the machine's own addresses again and drops graces that are over. */
  refresh(now: number): void;
}

export function createSurroundings(
  first: Policy,
  graces: Map<string, number>,
  addressesByHost: ReadonlyMap<string, readonly string[]>,
): Surroundings {
  let policy = first;
  let hosts = addressesByHost;
  let seenInterfaces = JSON.stringify(networkInterfaces());
  const byPbx = new Map<string, readonly Registration[]>();
  const heard = new Set<string>();
  const world = newWorld(policy, hosts, {
    own: ownAddresses(policy),
    trunks: buildTrunkTable(policy.trunks, hosts),
    graces,
  });

  const noteHeard = (): void => {
    world.unheardPbxs = policy.pbxs.map(({ name }) => name).filter((name) => !heard.has(name));
  };
  noteHeard();

  return {
    world,
    own: () => ownEntries(policy).map(([network]) => network),
    policy(next) {
      policy = next;
      world.own = ownAddresses(next);
      world.trunks = buildTrunkTable(next.trunks, hosts);
      world.unresolvedHosts = unresolvedHosts(next, hosts);
      world.trusted = trustedNetworks(next);
      noteHeard();
      world.registrations = registrationsByTarget(byPbx, next.jail.ipv6PrefixBits);
    },
    trunkAddresses(next) {
      hosts = next;
      world.trunks = buildTrunkTable(policy.trunks, next);
      world.unresolvedHosts = unresolvedHosts(policy, next);
    },
    registrations(pbx, live) {
      byPbx.set(pbx, live);
      world.registrations = registrationsByTarget(byPbx, policy.jail.ipv6PrefixBits);
    },
    heard(pbx) {
      heard.add(pbx);
      noteHeard();
    },
    forget(pbx) {
      byPbx.delete(pbx);
      heard.delete(pbx);
      noteHeard();
      world.registrations = registrationsByTarget(byPbx, policy.jail.ipv6PrefixBits);
    },
    listings(next) {
      world.listings = next;
    },
    allow(networks) {
      world.allowed = prefixTable(networks.map((network) => [network, network] as const));
    },
    grace(target, until) {
      graces.set(target, until);
    },
    refresh(now) {
      const interfaces = JSON.stringify(networkInterfaces());
      // A new table only when something changed: others compare tables to see whether to look again.
      if (interfaces !== seenInterfaces) world.own = ownAddresses(policy);
      seenInterfaces = interfaces;
      for (const [target, until] of graces) if (until <= now) graces.delete(target);
    },
  };
}

function ownAddresses(policy: Policy): World['own'] {
  return prefixTable(ownEntries(policy));
}

function ownEntries(policy: Policy): [string, string][] {
  const own: [string, string][] = [
    ['127.0.0.0/8', 'loopback'],
    ['::1', 'loopback'],
    ['0.0.0.0/8', 'this network'],
    ['::', 'unspecified'],
  ];
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    for (const { address } of addresses ?? []) {
      const parsed = parseAddress(address.split('%', 1)[0] ?? '');
      if (parsed !== undefined) own.push([parsed, name]);
    }
  }
  for (const pbx of policy.pbxs) {
    const parsed = parseAddress(hostOf(pbx));
    if (parsed !== undefined) own.push([parsed, `PBX ${pbx.name}`]);
  }
  return own;
}
