import { networkInterfaces } from 'node:os';
import { prefixTable } from '../event/network.ts';
import type { Registration } from '../event/sip-event.ts';
import { parseAddress, targetOf } from '../event/source.ts';
import { createDialledNumbers } from '../judge/dialled.ts';
import type { World } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import { hostOf } from '../policy/policy.ts';
import { buildTrunkTable } from '../policy/resolve.ts';

/** Keeps the world the judge looks at: own addresses, trunks, networks, registrations, graces. */
export interface Surroundings {
  readonly world: World;
  readonly policy: (policy: Policy) => void;
  trunkAddresses(addressesByHost: ReadonlyMap<string, readonly string[]>): void;
  registrations(pbx: string, live: readonly Registration[]): void;
  /** Forgets what a PBX held that the policy no longer names. */
  forget(pbx: string): void;
  grace(target: string, until: number): void;
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
  const world: { -readonly [Key in keyof World]: World[Key] } = {
    own: ownAddresses(policy),
    trunks: buildTrunkTable(policy.trunks, hosts),
    unresolvedHosts: unresolved(policy, hosts),
    trusted: trustedNetworks(policy),
    registrations: new Map(),
    graces,
    dialled: createDialledNumbers(),
  };

  return {
    world,
    policy(next) {
      policy = next;
      world.own = ownAddresses(next);
      world.trunks = buildTrunkTable(next.trunks, hosts);
      world.unresolvedHosts = unresolved(next, hosts);
      world.trusted = trustedNetworks(next);
      world.registrations = byTarget(byPbx, next.jail.ipv6PrefixBits);
    },
    trunkAddresses(next) {
      hosts = next;
      world.trunks = buildTrunkTable(policy.trunks, next);
      world.unresolvedHosts = unresolved(policy, next);
    },
    registrations(pbx, live) {
      byPbx.set(pbx, live);
      world.registrations = byTarget(byPbx, policy.jail.ipv6PrefixBits);
    },
    forget(pbx) {
      byPbx.delete(pbx);
      world.registrations = byTarget(byPbx, policy.jail.ipv6PrefixBits);
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

function unresolved(policy: Policy, hosts: ReadonlyMap<string, readonly string[]>): string[] {
  return policy.trunks.flatMap((trunk) => trunk.hosts.filter((host) => !hosts.get(host)?.length));
}

function trustedNetworks(policy: Policy): World['trusted'] {
  return prefixTable(policy.trust.networks.map((network) => [network, network] as const));
}

function ownAddresses(policy: Policy): World['own'] {
  const own = prefixTable([
    ['127.0.0.0/8', 'loopback'],
    ['::1', 'loopback'],
    ['0.0.0.0/8', 'this network'],
    ['::', 'unspecified'],
  ]);
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    for (const { address } of addresses ?? []) {
      const parsed = parseAddress(address.split('%', 1)[0] ?? '');
      if (parsed !== undefined) own.add(parsed, name);
    }
  }
  for (const pbx of policy.pbxs) {
    const parsed = parseAddress(hostOf(pbx));
    if (parsed !== undefined) own.add(parsed, `PBX ${pbx.name}`);
  }
  return own;
}

function byTarget(
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
