import { must, run } from './process.ts';

/**
 * A table of the lab's own that counts, per source, the SIP packets that reach the PBX's sockets:
 * it stands in the input hook, after everything Ghostgate drops. What it does not count never
 * reached Asterisk.
 */
export async function countReached(netns: string, port: number): Promise<void> {
  await must('nft', ['-f', '-'], { netns, input: COUNTERS.replaceAll('PORT', String(port)) });
}

const COUNTERS = `
table inet lab {
  set reached { type ipv4_addr; flags dynamic; counter; size 65535; }
  set reached6 { type ipv6_addr; flags dynamic; counter; size 65535; }
  chain input {
    type filter hook input priority 100;
    meta l4proto { tcp, udp } th dport PORT update @reached { ip saddr }
    meta l4proto { tcp, udp } th dport PORT update @reached6 { ip6 saddr }
  }
}
`;

/** Packets from one source that reached the PBX since `countReached`. */
export async function reachedFrom(netns: string, address: string): Promise<number> {
  const set = address.includes(':') ? 'reached6' : 'reached';
  const text = await must('nft', ['list', 'set', 'inet', 'lab', set], { netns });
  const at = text.indexOf(`${address} counter packets `);
  return at === -1 ? 0 : Number.parseInt(text.slice(at + `${address} counter packets `.length), 10);
}

/** Whole ruleset of a namespace, the lab's own table left out. */
export async function ruleset(netns: string): Promise<string> {
  const { stdout } = await run('nft', ['list', 'ruleset'], { netns });
  return stdout.replace(/^table inet lab \{[\s\S]*?^\}\n?/m, '');
}

/**
 * Reports whether Ghostgate's table holds this target in a set of bans. A prefix is held by its
 * first address, in the set for its length.
 */
export async function kernelHolds(netns: string, target: string): Promise<boolean> {
  const [address = '', bits] = target.split('/');
  const family = address.includes(':') ? 'banned6' : 'banned4';
  const set = bits === undefined ? family : `${family}net${bits}`;
  const asked = ['get', 'element', 'inet', 'ghostgate', set, `{ ${address} }`];
  return (await run('nft', asked, { netns })).code === 0;
}

/** Takes away every rule and set but the lab's own, as a restarted firewall would. */
export async function flushRules(netns: string, port: number): Promise<void> {
  await must('nft', ['flush', 'ruleset'], { netns });
  await countReached(netns, port);
}
