import { prefixTable } from '../event/network.ts';
import { parseNetwork } from '../event/source.ts';
import { bitsOf } from '../event/nested.ts';

/** What no list may cover, each network with what it is in words. */
export type Guarded = readonly (readonly [network: string, what: string])[];

/**
 * Says what an entry covers or lies in that no list may touch. Answers in a few map reads, for
 * it is asked for every entry of every list: the prefixes around each guarded network are laid
 * down before.
 */
export function guard(guarded: Guarded): (network: string) => string | undefined {
  const all = [...guarded, ...PRIVATE];
  const within = prefixTable(all);
  const around = new Map<string, string>();
  for (const [network, what] of all) {
    const [address = ''] = network.split('/');
    for (let bits = bitsOf(network) - 1; bits >= SHORTEST_BITS; bits--) {
      const wider = parseNetwork(`${address}/${bits}`);
      // The wider ones of this one were laid down with it.
      if (wider === undefined || around.has(wider)) break;
      around.set(wider, what);
    }
  }
  return (network) => around.get(network) ?? within.match(network.split('/', 1)[0] ?? network);
}

const SHORTEST_BITS = 8;

/**
 * A list of strangers knows nothing of the networks behind our own doors (RFC 1918, 6598, 3927,
 * 4193, 4291), where phones live that hold no registration yet.
 */
const PRIVATE: Guarded = [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private addresses'],
  ['100.64.0.0/10', 'private addresses'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local addresses'],
  ['172.16.0.0/12', 'private addresses'],
  ['192.168.0.0/16', 'private addresses'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['fc00::/7', 'private addresses'],
  ['fe80::/10', 'link-local addresses'],
];
