import type { Measure } from './parse.ts';

/** What of a list is compared with the next one. */
export type Size = Pick<Measure, 'entries' | 'addresses'>;

/**
 * Why a fresh list should not take the place of the one in force before a person has looked at
 * it; undefined when it may. A list that was hijacked, mixed up or half delivered shows as one
 * that grows tenfold, holds nothing any more, or is mostly not a list.
 */
export function whyHeld(next: Measure, inForce: Size | undefined): string | undefined {
  const { entries, bad, addresses } = next;
  if (bad > 0 && (entries === 0 || (bad >= LEAST_BAD && bad > (entries + bad) * BAD_SHARE))) {
    return `${bad} of its ${entries + bad} lines are no addresses`;
  }
  if (inForce === undefined || inForce.entries === 0) return undefined;
  if (entries === 0) return `it is empty, where ${inForce.entries} entries were`;
  if (entries >= LEAST_ENTRIES && entries >= GROWTH * inForce.entries) {
    return `it has ${entries} entries, where ${inForce.entries} were`;
  }
  if (addresses >= LEAST_ADDRESSES && addresses >= GROWTH * inForce.addresses) {
    return `it covers ${addresses} addresses, where ${inForce.addresses} were`;
  }
  return undefined;
}

const GROWTH = 10;
/** Below these a list of a few lines may grow as it likes. */
const LEAST_ENTRIES = 100;
const LEAST_ADDRESSES = 65_536;
const BAD_SHARE = 0.1;
const LEAST_BAD = 5;
