import { must, run, type Undo } from './process.ts';

/** The addresses of the lab, from the range set aside for benchmarks (RFC 2544: 198.18.0.0/15). */
export const PBX = '198.18.10.1';
export const PBX6 = '2001:db8:10:10::1';
export const TRUNK = '198.18.12.1';
/** A machine of the same carrier that no policy names. */
export const TRUNK_NEW = '198.18.12.77';
export const OFFICE = '198.18.13.1';
/** One scanner has a whole /64 for itself. */
export const SCANNER_PREFIX = '2001:db8:10:11::/64';

export function scanner(host: number): string {
  return `198.18.11.${host}`;
}

export function scanner6(host: number): string {
  return `2001:db8:10:11::${host.toString(16)}`;
}

export function office(host: number): string {
  return `198.18.13.${host}`;
}

/** Hosts of scanners with a namespace of their own. */
const LONELY = 7;

/** The namespace in which a scanner's address is. */
export function netnsOf(net: Net, address: string): string {
  return net.lonely.find((_, at) => scanner(at + 1) === address) ?? net.scanners;
}

/** Names of the network namespaces. */
export interface Net {
  readonly pbx: string;
  /** Holds every scanner's address but the lonely ones'. */
  readonly scanners: string;
  /** Namespaces of the hosts LONELY, in their order: svwar and svcrack cannot choose their address. */
  readonly lonely: readonly string[];
  readonly trunk: string;
  readonly office: string;
}

/**
 * Namespaces on one bridge, which stands in the PBX's namespace: a packet to the PBX passes
 * the same netfilter hooks as on a real interface. The machine's own namespace sees none of it.
 */
export async function makeNet(undo: Undo): Promise<Net> {
  const suffix = Math.random().toString(36).slice(2, 8);
  const net: Net = {
    pbx: `gg-pbx-${suffix}`,
    scanners: `gg-scan-${suffix}`,
    lonely: hosts((host) => `gg-scan${host}-${suffix}`, LONELY),
    trunk: `gg-trunk-${suffix}`,
    office: `gg-office-${suffix}`,
  };
  for (const name of Object.values(net).flat()) {
    await must('ip', ['netns', 'add', name]);
    undo.add(`netns ${name}`, async () => void (await run('ip', ['netns', 'del', name])));
    await batch(name, ['link set lo up']);
  }
  await asOnARealInterface(net.pbx);
  await batch(net.pbx, [
    'link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0',
    'link set br0 up',
    ...addresses('br0', [PBX, PBX6]),
  ]);
  await join(net, net.scanners, 'v1', [
    ...hosts(scanner, 250).slice(LONELY),
    ...hosts(scanner6, 20),
  ]);
  for (const [at, name] of net.lonely.entries()) await join(net, name, `s${at}`, [scanner(at + 1)]);
  await join(net, net.trunk, 'v2', [TRUNK, TRUNK_NEW]);
  await join(net, net.office, 'v3', hosts(office, 10));
  return net;
}

/** With br_netfilter in the kernel, packets would pass the hooks once more inside the bridge. */
async function asOnARealInterface(netns: string): Promise<void> {
  for (const family of ['iptables', 'ip6tables', 'arptables']) {
    await run('sysctl', ['-q', '-w', `net.bridge.bridge-nf-call-${family}=0`], { netns });
  }
}

function hosts(make: (host: number) => string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => make(at + 1));
}

/** Joins a namespace to the bridge by a pair of virtual interfaces. */
async function join(net: Net, name: string, link: string, list: readonly string[]): Promise<void> {
  await batch(net.pbx, [
    `link add ${link} type veth peer name eth0 netns ${name}`,
    `link set ${link} master br0`,
    `link set ${link} up`,
  ]);
  await batch(name, [...addresses('eth0', list), 'link set eth0 up']);
}

/** One wide prefix each: everything is on one link, nothing is routed. `nodad`: usable at once. */
function addresses(device: string, list: readonly string[]): string[] {
  return list.map((address) =>
    address.includes(':')
      ? `addr add ${address}/48 dev ${device} nodad`
      : `addr add ${address}/16 dev ${device}`,
  );
}

async function batch(netns: string, lines: readonly string[]): Promise<void> {
  await must('ip', ['-n', netns, '-batch', '-'], { input: `${lines.join('\n')}\n` });
}
