import type { PrefixTable } from '../event/network.ts';
import { prefixTable } from '../event/network.ts';
import type { FeedPolicy, ListingUse } from '../policy/policy-feeds.ts';
import type { Guarded } from './cut.ts';
import { guard } from './cut.ts';
import type { Shelf } from './shelf.ts';

/** The entries in force of all lists, by what they mean; the value is what a why says. */
export type Tables = Readonly<Record<ListingUse, PrefixTable<string>>>;

/** What of one list is in force, and what was left out of it. */
export interface InForce {
  readonly entries: number;
  /** Entries that would have covered what no list may. */
  readonly cut: number;
  /** The first of them. */
  readonly cutEntries: readonly { readonly network: string; readonly what: string }[];
}

/** Lays the good lists out for lookups. Reads the shelf, so that no list stands twice in memory. */
export async function layOut(
  feeds: readonly FeedPolicy[],
  guarded: Guarded,
  shelf: Shelf,
): Promise<{ tables: Tables; inForce: ReadonlyMap<string, InForce> }> {
  const tables = { deny: prefixTable<string>(), evidence: prefixTable<string>() };
  const inForce = new Map<string, InForce>();
  const mayNot = guard(guarded);
  for (const { name, use } of feeds) {
    const words = `is listed in feed ${name}`;
    const cutEntries: { network: string; what: string }[] = [];
    let entries = 0;
    let cut = 0;
    await shelf.entries(name, 'good', (network) => {
      const what = mayNot(network);
      if (what === undefined) {
        entries++;
        tables[use].add(network, words);
      } else if (++cut <= CUT_KEPT) cutEntries.push({ network, what });
    });
    inForce.set(name, { entries, cut, cutEntries });
  }
  return { tables, inForce };
}

const CUT_KEPT = 10;
