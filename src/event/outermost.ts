import { bitsOf } from './nested.ts';
import { prefixTable } from './network.ts';

/**
 * The networks that lie in no other of them, shortest prefix first: two prefixes are nested or
 * apart, and a list of intervals takes no overlaps.
 * @param networks canonical text from parseNetwork
 */
export function outermost(networks: readonly string[]): string[] {
  const table = prefixTable<true>();
  return [...new Set(networks)]
    .toSorted((a, b) => bitsOf(a) - bitsOf(b))
    .filter((network) => {
      // The shorter prefixes were there first, so what overlaps one lies within it.
      if (table.overlaps(network) !== undefined) return false;
      table.add(network, true);
      return true;
    });
}
