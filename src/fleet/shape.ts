import { bitsOf, leastBitsLetIn } from '../event/nested.ts';
import { prefixTable } from '../event/network.ts';
import { parseNetwork } from '../event/source.ts';

/**
 * Whether one site may tell another of this target: one public address, or an IPv6 prefix no
 * wider than a site judges by. A private address means somebody else at every site, and no site's
 * judge ever bans an IPv4 prefix, let alone the world.
 * @param v6Bits narrowest prefix that the asking site itself judges IPv6 by
 * Returns why not, or undefined.
 */
export function whyUntellable(target: string, v6Bits: number): string | undefined {
  if (parseNetwork(target) !== target) return 'no address as a judge writes it';
  const [, bits] = target.split('/');
  if (!target.includes(':')) {
    if (bits !== undefined) return 'wider than one address';
    return NOT_PUBLIC.overlaps(target) === undefined ? undefined : 'no public address';
  }
  if (bits !== undefined && Number(bits) < Math.max(LEAST_V6_BITS, v6Bits)) {
    return 'a wider prefix than this site judges by';
  }
  return PUBLIC_V6.overlaps(target) === undefined ? 'no public address' : undefined;
}

/** Why no allow list may hold this network; undefined when it may. */
export function whyUnallowable(network: string): string | undefined {
  if (parseNetwork(network) !== network) return 'no address or prefix';
  const least = leastBitsLetIn(network);
  if (bitsOf(network) >= least) return undefined;
  return `wider than /${least}: nobody would be shut out`;
}

/** The widest that jail.ipv6_prefix can be. */
const LEAST_V6_BITS = 48;

/** IANA's special-purpose registry, as far as no packet from there crosses the internet. */
const NOT_PUBLIC = prefixTable(
  [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '224.0.0.0/3',
  ].map((network) => [network, true] as const),
);
/** All that is handed out of IPv6 (RFC 4291 §2.4). */
const PUBLIC_V6 = prefixTable([['2000::/3', true]]);
