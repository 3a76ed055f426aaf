import { parseAddress, parseNetwork } from '../../event/source.ts';
import { prefixTable } from '../../event/network.ts';
import { networkMistake } from '../../policy/network-text.ts';
import type { FoundNetwork } from './found.ts';
import type { Interface } from './machine.ts';
import { sourceText } from '../../pbx/trunk-source.ts';

export interface NetworkSigns {
  readonly interfaces: readonly Interface[];
  /** As the PBX has them: networks behind the same router. */
  readonly local: readonly { readonly text: string; readonly from: string }[];
  /** Addresses of registered phones. */
  readonly phones: readonly string[];
  /** Where this session came from. */
  readonly admin: string | undefined;
}

/**
 * Networks to trust, private ones alone: the machine's own, those the PBX takes for local, and,
 * unsure, those that phones are registered from. The address of whoever administers the machine
 * is among them: a ban in the kernel would shut the ssh session out as well.
 */
export function findNetworks({ interfaces, local, phones, admin }: NetworkSigns): FoundNetwork[] {
  const found = new Map<string, FoundNetwork>();
  const table = prefixTable<string>();
  const add = (network: string | undefined, why: string, sure: boolean): void => {
    if (network === undefined || networkMistake(network) !== undefined) return;
    if (table.match(network.split('/')[0] ?? '') !== undefined) return;
    found.set(network, { network, why, sure });
    table.add(network, network);
  };
  // The widest first: what lies within it need not be named.
  const own = [
    ...interfaces
      .filter(({ name }) => !BRIDGES.test(name))
      .map(({ name, cidr }) => ({
        network: parseNetwork(cidr),
        why: `this machine’s, on ${name}`,
      })),
    ...local.map(({ text, from }) => ({
      network: sourceText(text),
      why: `local, as the PBX has it in ${from}`,
    })),
  ].filter(({ network }) => network !== undefined && isPrivateNetwork(network));
  for (const { network, why } of own.toSorted((a, b) => bits(a.network) - bits(b.network)))
    add(network, why, true);
  for (const address of phones.filter((each) => isPrivate(each))) {
    const around = address.includes(':') ? `${address}/64` : `${address}/24`;
    add(parseNetwork(around), `a phone is registered from ${address}`, false);
  }
  if (admin !== undefined && !isLoopback(admin)) {
    add(admin, 'whoever wrote this came from there, by ssh', true);
  }
  return [...found.values()];
}

/**
 * Bridges of container and VM engines: where a proxy of theirs takes SIP, every stranger comes
 * from the bridge's own address.
 */
const BRIDGES = /^(?:docker|br-|veth|virbr|lxc|lxd|cni|flannel|podman|cali)/;

/** RFC 1918 and RFC 4193: addresses that no packet from the internet bears. */
export function isPrivate(address: string): boolean {
  return PRIVATE.match(address) !== undefined;
}

const PRIVATE = prefixTable<true>([
  ['10.0.0.0/8', true],
  ['172.16.0.0/12', true],
  ['192.168.0.0/16', true],
  ['fc00::/7', true],
]);

function isPrivateNetwork(network: string): boolean {
  const [address = '', width] = network.split('/');
  // An address without its network is the machine itself.
  if (width === undefined) return false;
  const least = address.includes(':') ? 48 : address.startsWith('10.') ? 8 : 12;
  return isPrivate(address) && Number(width) >= least;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || parseAddress(address) === '::1';
}

function bits(network: string | undefined): number {
  return Number(network?.split('/')[1] ?? 128);
}
