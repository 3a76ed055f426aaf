import { makeBridge } from './bridge.ts';
import type { Undo } from './process.ts';

/** The addresses of the lab, from the range set aside for benchmarks (RFC 2544: 198.18.0.0/15). */
export const PBX = '198.18.10.1';
export const PBX6 = '2001:db8:10:10::1';
export const TRUNK = '198.18.12.1';
/** A machine of the same carrier that no policy names. */
export const TRUNK_NEW = '198.18.12.77';
/** The carrier by IPv6; the PBX's own configuration does not name it. */
export const TRUNK6 = '2001:db8:10:12::1';
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

/** The PBX's namespace, with the bridge in it, and everybody's who speaks to it. */
export async function makeNet(undo: Undo): Promise<Net> {
  const suffix = Math.random().toString(36).slice(2, 8);
  const net: Net = {
    pbx: `gg-pbx-${suffix}`,
    scanners: `gg-scan-${suffix}`,
    lonely: hosts((host) => `gg-scan${host}-${suffix}`, LONELY),
    trunk: `gg-trunk-${suffix}`,
    office: `gg-office-${suffix}`,
  };
  const lonely = net.lonely.map((netns, at) => [`s${at}`, { netns, addresses: [scanner(at + 1)] }]);
  const rest = [...hosts(scanner, 250).slice(LONELY), ...hosts(scanner6, 20)];
  await makeBridge(
    undo,
    { netns: net.pbx, addresses: [PBX, PBX6] },
    {
      scanners: { netns: net.scanners, addresses: rest },
      ...Object.fromEntries(lonely),
      trunk: { netns: net.trunk, addresses: [TRUNK, TRUNK_NEW, TRUNK6] },
      office: { netns: net.office, addresses: hosts(office, 10) },
    },
  );
  return net;
}

function hosts(make: (host: number) => string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => make(at + 1));
}
