import ipaddr from 'ipaddr.js';
import { parseNetwork } from '../event/source.ts';

/** Addresses in place of others. */
export interface AddressMap {
  readonly address: (address: string) => string;
  /** For an address, or a prefix of at least 24 bits (IPv6: 48). */
  readonly network: (network: string) => string;
}

/**
 * Each /24 (IPv6: /48) becomes the next reserved one that is free, and within it the other bits are
 * turned over by a mask: what shares a prefix goes on sharing one of the same length. Loopback
 * stays. @param digest keyed
 */
export function addressMap(digest: (text: string) => Buffer): AddressMap {
  const blocks = { v4: new Map<string, number>(), v6: new Map<string, number>() };

  const address = (text: string): string => {
    if (/^(?:127\.|0\.|::1?$)/.test(text)) return text;
    const bytes = ipaddr.parse(text).toByteArray();
    const kept = bytes.length === 4 ? 3 : 6;
    const prefix = bytes.slice(0, kept).join('.');
    const mask = digest(`mask ${prefix}`);
    const rest = bytes.slice(kept).map((byte, at) => byte ^ (mask[at] ?? 0));
    const block =
      kept === 3 ? v4Block(blockOf(blocks.v4, prefix)) : v6Block(blockOf(blocks.v6, prefix));
    return ipaddr.fromByteArray([...block, ...rest]).toString();
  };

  return {
    address,
    network(text) {
      const [first = '', bits] = text.split('/');
      if (bits === undefined) return address(first);
      if (/^(?:127\.|0\.|::1?$)/.test(first)) return text;
      const least = first.includes(':') ? 48 : 24;
      const mapped = `${address(first)}/${Math.max(least, Number(bits))}`;
      return parseNetwork(mapped) ?? mapped;
    },
  };
}

function blockOf(table: Map<string, number>, prefix: string): number {
  const known = table.get(prefix);
  if (known !== undefined) return known;
  table.set(prefix, table.size);
  return table.size - 1;
}

/**
 * The documentation networks of RFC 5737, then those for benchmarks (RFC 2544), for carriers' own
 * networks (RFC 6598) and for no use at all (RFC 1112): nobody has an address in any of them.
 */
function v4Block(at: number): number[] {
  const first = DOCUMENTATION[at];
  if (first !== undefined) return [...first];
  const ranges = [
    { from: [198, 18, 0], size: 512 },
    { from: [100, 64, 0], size: 16_384 },
    { from: [240, 0, 0], size: 900_000 },
  ];
  let left = at - DOCUMENTATION.length;
  for (const { from, size } of ranges) {
    if (left < size) {
      const [a = 0, b = 0, c = 0] = from;
      const number = ((a << 16) | (b << 8) | c) + left;
      return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
    }
    left -= size;
  }
  throw new Error('more networks than there are reserved ones');
}

const DOCUMENTATION = [
  [192, 0, 2],
  [198, 51, 100],
  [203, 0, 113],
] as const;

/** 3fff::/20 (RFC 9637) holds 268 million /48s. */
function v6Block(at: number): number[] {
  return [0x3f, 0xff, (at >> 24) & 0x0f, (at >> 16) & 255, (at >> 8) & 255, at & 255];
}
