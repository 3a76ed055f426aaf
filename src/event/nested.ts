import { prefixTable } from './network.ts';

/**
 * Which of these networks lie within another one, and which hold it. Itself is neither.
 * @param network and others canonical text from parseNetwork
 */
export function nested(
  network: string,
  others: Iterable<string>,
): { readonly within: string[]; readonly holders: string[] } {
  const table = prefixTable([[network, true]]);
  const bits = bitsOf(network);
  const isV6 = network.includes(':');
  const within: string[] = [];
  const holders: string[] = [];
  for (const other of others) {
    const otherBits = bitsOf(other);
    // Prefixes of one length are the same or apart.
    if (otherBits === bits || other.includes(':') !== isV6) continue;
    if (table.overlaps(other) !== undefined) (otherBits > bits ? within : holders).push(other);
  }
  return { within, holders };
}

/** How many bits of a canonical address or prefix are fixed. */
export function bitsOf(network: string): number {
  return Number(network.split('/')[1] ?? (network.includes(':') ? 128 : 32));
}
