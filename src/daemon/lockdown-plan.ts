import { prefixTable } from '../event/network.ts';
import type { Registration } from '../event/sip-event.ts';
import type { World } from '../judge/world.ts';
import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import type { Policy } from '../policy/policy.ts';
import type { LockdownPlan, RegisteredPlan } from '../web/control-lockdown.ts';
import type { Refusal } from '../web/refusal.ts';

export interface Around {
  readonly policy: Policy;
  readonly world: World;
  /** DNS answers in force, by host. */
  readonly addressesByHost: ReadonlyMap<string, readonly string[]>;
  /** PBXs that have told who is registered since the start. */
  readonly heard: ReadonlySet<string>;
  /** Who sent to the SIP ports lately. */
  readonly senders: readonly string[];
}

/** Sources and accounts that are told by name. */
const SOME = 20;

/** Whom lockdown would let in, whom it would shut out, and what stands against it. */
export function planLockdown(around: Around): LockdownPlan {
  const { policy, world, senders } = around;
  const filter = filterOf(policy);
  const registered = prefixTable<true>();
  for (const target of registrationsThatCount(around).keys()) registered.add(target, true);
  const shutOut = senders.filter(
    (address) => !isKnown(address, world) && registered.match(address) === undefined,
  );
  const refusal = refusalOf(around);
  return {
    sipPorts: filter?.sipPorts ?? [],
    trunks: policy.trunks.map(({ name, networks, hosts }) => ({
      name,
      addresses: networks.length + resolved(hosts, around).length,
    })),
    trusted: policy.trust.networks.length,
    ...(filter?.lockdown.registered === false ? {} : { registered: registeredPlan(world) }),
    shutOut: { sources: shutOut.length, some: shutOut.slice(0, SOME) },
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** Networks that stay open whatever is registered. */
export function openNetworks({
  policy,
  addressesByHost,
}: Pick<Around, 'policy' | 'addressesByHost'>) {
  const hosts = policy.trunks.flatMap((trunk) => trunk.hosts);
  return [
    ...policy.trunks.flatMap(({ networks }) => networks),
    ...hosts.flatMap((host) => addressesByHost.get(host) ?? []),
    ...policy.trust.networks,
  ];
}

/** The packet filter of the policy, where there is one. */
export function filterOf({ enforce }: Policy) {
  return enforce.find(isFilter);
}

function isFilter(enforcer: EnforcerPolicy) {
  return enforcer.kind === 'nftables';
}

/** PBXs that have not said yet who is registered, where that matters. */
export function unheard({ policy, heard }: Pick<Around, 'policy' | 'heard'>): string[] {
  if (filterOf(policy)?.lockdown.registered !== true) return [];
  return policy.pbxs.map(({ name }) => name).filter((name) => !heard.has(name));
}

function refusalOf(around: Around): Refusal | undefined {
  const { policy, world } = around;
  if (filterOf(policy) === undefined) {
    return {
      refused: 'nftables is not among the enforcers, and only the packet filter is silent',
      hint: 'add nftables to enforce in the policy',
    };
  }
  if (policy.mode === 'observe') {
    return {
      refused: 'mode observe touches nothing: this is what lockdown would do',
      hint: 'mode: enforce in the policy, then again',
    };
  }
  const [host] = world.unresolvedHosts;
  if (host !== undefined) {
    return {
      refused: `DNS has never answered for ${host}: the calls of its trunk would be dropped`,
      hint: 'see ghostgate status; or name the addresses of the trunk in the policy',
    };
  }
  const [pbx] = unheard(around);
  if (pbx !== undefined) {
    return {
      refused: `PBX ${pbx} has not told yet who is registered: its phones would be shut out`,
      hint: 'see ghostgate status for the link; or lockdown: { registered: false } in the policy',
    };
  }
  if (openNetworks(around).length === 0 && registrationsThatCount(around).size === 0) {
    return {
      refused: 'no trunk, no trusted network and no registration: everyone would be shut out',
      hint: 'name the trunks in the policy',
    };
  }
  return undefined;
}

/** Live registrations that lockdown lets in, by target. */
export function registrationsThatCount({ policy, world }: Pick<Around, 'policy' | 'world'>) {
  const counted = filterOf(policy)?.lockdown.registered === true;
  return counted ? world.registrations : new Map<string, readonly Registration[]>();
}

function isKnown(address: string, { own, trunks, trusted }: World): boolean {
  return (
    trusted.match(address) !== undefined ||
    trunks.match(address) !== undefined ||
    own.match(address) !== undefined
  );
}

function registeredPlan(world: World): RegisteredPlan {
  const accountsByAddress = new Map<string, string[]>();
  for (const { address, account } of [...world.registrations.values()].flat()) {
    const accounts = accountsByAddress.get(address);
    if (accounts === undefined) accountsByAddress.set(address, [account]);
    else if (!accounts.includes(account)) accounts.push(account);
  }
  const outside = [...accountsByAddress].filter(([address]) => !isKnown(address, world));
  const unreachable = outside.filter(([address]) => PRIVATE.match(address) !== undefined);
  return {
    sources: accountsByAddress.size,
    outside: outside.length,
    some: outside.slice(0, SOME).map(([address, accounts]) => ({
      address,
      accounts: accounts.slice(0, SOME),
    })),
    unreachable: unreachable.flatMap(([, accounts]) => accounts).slice(0, SOME),
  };
}

function resolved(hosts: readonly string[], { addressesByHost }: Around): string[] {
  return hosts.flatMap((host) => addressesByHost.get(host) ?? []);
}

/**
 * RFC 1918, RFC 6598, RFC 4193, link-local: a contact there, outside of every trusted network, is
 * what a phone behind a distant NAT wrote itself, and not where its packets come from.
 */
const PRIVATE = prefixTable(
  [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    '169.254.0.0/16',
    'fc00::/7',
    'fe80::/10',
  ].map((network) => [network, true] as const),
);
