import { outermost } from '../../event/outermost.ts';
import type { Policy } from '../../policy/policy.ts';
import { enforcerOptions } from '../../policy/schema-enforce.ts';

/** The one rule that every firewall is told in its own words: SIP from these, from nobody else. */
export interface Front {
  readonly site: string;
  readonly ports: readonly number[];
  readonly v4: readonly FrontSource[];
  readonly v6: readonly FrontSource[];
  /** Names that the addresses came from just now, and may not tomorrow. */
  readonly hosts: readonly string[];
}

export interface FrontSource {
  /** Canonical address or prefix. */
  readonly network: string;
  /** Whose it is, in letters that mean nothing to any firewall. */
  readonly whose: string;
}

/** @param addressesByHost what DNS says of each trunk host now */
export function frontOf(
  policy: Policy,
  addressesByHost: ReadonlyMap<string, readonly string[]>,
): Front {
  const all = new Map<string, string>();
  const add = (network: string, whose: string): void => {
    if (!all.has(network)) all.set(network, plainWords(whose));
  };
  for (const { name, networks, hosts } of policy.trunks) {
    for (const network of networks) add(network, `trunk ${name}`);
    for (const host of hosts) {
      for (const address of addressesByHost.get(host) ?? []) add(address, `trunk ${name}, ${host}`);
    }
  }
  for (const network of policy.trust.networks) add(network, 'trusted network');
  const sources = outermost([...all.keys()]).map((network) => ({
    network,
    whose: all.get(network) ?? '',
  }));
  return {
    site: plainWords(policy.site),
    ports: portsOf(policy).toSorted((a, b) => a - b),
    v4: sources.filter(({ network }) => !network.includes(':')),
    v6: sources.filter(({ network }) => network.includes(':')),
    hosts: policy.trunks.flatMap(({ hosts }) => hosts).map(plainWords),
  };
}

/** For comments: whatever a name holds, in a comment it must stay. */
export function plainWords(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9 ._,:/-]/g, '_').slice(0, 100);
}

/** The ports in lists of 15, the most that iptables and its kin match in one rule. */
export function portLists(ports: readonly number[]): string[] {
  const lists: string[] = [];
  for (let at = 0; at < ports.length; at += 15) lists.push(ports.slice(at, at + 15).join(','));
  return lists;
}

/** What stands above every text, without the sign of a comment. */
export function preamble({ site, ports, hosts }: Front): string[] {
  return [
    `Ghostgate, site ${site}: SIP (ports ${ports.join(', ')}) from these sources alone.`,
    'No other port is concerned. Phones outside of these networks cannot register.',
    ...hosts.map((host) => `${host} is a name: its addresses may change. Print this anew then.`),
  ];
}

function portsOf({ enforce }: Policy): readonly number[] {
  for (const enforcer of enforce) if (enforcer.kind === 'nftables') return enforcer.sipPorts;
  return enforcerOptions.nftables.parse({}).sip_ports;
}
