import { outermost } from '../event/outermost.ts';
import type { Lockdown } from './enforcer.ts';
import { senderText } from './nft-table.ts';

/**
 * Lines that put lockdown in force, or end it, in one transaction: no packet meets half of it.
 * Everything is written anew each time, so that whatever was taken away is back. The switch is the
 * set `lockdown`, and its elements carry the timeout: when nobody writes it again, the kernel
 * itself opens the ports, whatever has become of us. Trunks and trusted networks have no timeout:
 * as long as the ports are closed, they are open to them.
 */
export function lockdownText(table: string, wanted: Lockdown | undefined): string {
  const lines = [
    ...Object.keys(CHAIN_RULES).map((chain) => `flush chain inet ${table} ${chain}`),
    ...SETS.map((set) => `flush set inet ${table} ${set}`),
  ];
  if (wanted === undefined) return `${lines.join('\n')}\n`;
  const { forMs, registered, v6Bits } = wanted;
  const open = outermost(wanted.open);
  const heldMs = Math.round(forMs + REGISTERED_LONGER_MS);
  const bare = registered.map((target) => `${target.split('/')[0] ?? ''} timeout ${heldMs}ms`);
  const elements: readonly [set: string, elements: readonly string[]][] = [
    ['lockdown', ['ipv4', 'ipv6'].map((family) => `${family} timeout ${Math.round(forMs)}ms`)],
    ['open4', open.filter((network) => !isV6(network))],
    ['open6', open.filter(isV6)],
    ['registered4', bare.filter((element) => !isV6(element))],
    ['registered6', bare.filter(isV6)],
  ];
  for (const [set, list] of elements) {
    if (list.length > 0) lines.push(`add element inet ${table} ${set} { ${list.join(', ')} }`);
  }
  const rules: readonly [chain: keyof typeof CHAIN_RULES, rule: string][] = [
    ['closed', 'ip saddr @open4 return'],
    ['closed', 'ip6 saddr @open6 return'],
    ['closed', 'ip saddr @registered4 return'],
    ['closed', `${senderText(true, v6Bits)} @registered6 return`],
    ['closed', 'counter name locked_out drop'],
    // Every condition must be seen to hold: a fragment without ports is no packet to a SIP port.
    // `local`: what this machine only passes on, a phone's call to a carrier elsewhere, goes through.
    [
      'lockdown',
      'meta nfproto @lockdown meta l4proto { tcp, udp } th dport @sip_ports iif != "lo" fib daddr type local jump closed',
    ],
  ];
  for (const [chain, rule] of rules) lines.push(`add rule inet ${table} ${chain} ${rule}`);
  return `${lines.join('\n')}\n`;
}

/** How many rules each chain has while lockdown is in force. */
export const CHAIN_RULES = { lockdown: 1, closed: 5 } as const;

const SETS = ['lockdown', 'open4', 'open6', 'registered4', 'registered6'];

/** Nobody who was let in may be shut out before the ports are open to all again. */
const REGISTERED_LONGER_MS = 3_600_000;

function isV6(network: string): boolean {
  return network.includes(':');
}
