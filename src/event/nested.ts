import type { PrefixTable } from './network.ts';
import { prefixTable } from './network.ts';

/**
 * Whether another network lies within this one, holds it, or is it: made once, asked of many.
 * @param network and those asked: canonical text from parseNetwork
 */
export function overlapsWith(network: string): (other: string) => boolean {
  const [, bits] = network.split('/');
  const isV6 = network.includes(':');
  let table: PrefixTable<true> | undefined;
  return (other) => {
    if (other === network) return true;
    // Of one length, as nearly all are, they are the same or apart: no search needed.
    if (other.includes(':') !== isV6 || other.split('/')[1] === bits) return false;
    table ??= prefixTable([[network, true]]);
    return table.overlaps(other) === true;
  };
}

/** Which of these networks lie within another one, and which hold it. Itself is neither. */
export function nested(
  network: string,
  others: Iterable<string>,
): { readonly within: string[]; readonly holders: string[] } {
  const overlaps = overlapsWith(network);
  const bits = bitsOf(network);
  const within: string[] = [];
  const holders: string[] = [];
  for (const other of others) {
    if (other === network || !overlaps(other)) continue;
    (bitsOf(other) > bits ? within : holders).push(other);
  }
  return { within, holders };
}

/** How many bits of a canonical address or prefix are fixed. */
export function bitsOf(network: string): number {
  return Number(network.split('/')[1] ?? (network.includes(':') ? 128 : 32));
}

/** Bits of the widest prefix that may be let in at once: with a wider one nobody would be shut out. */
export function leastBitsLetIn(network: string): number {
  return network.includes(':') ? 32 : 8;
}
