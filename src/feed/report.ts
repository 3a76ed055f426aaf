import type { ListingUse } from '../policy/policy.ts';
import type { BadLine } from './entry.ts';
import type { GeoFile } from './geo.ts';
import type { KeptFeed } from './kept-feed.ts';
import { placeOf } from './refresh.ts';
import type { InForce } from './tables.ts';

/** Everything `ghostgate feeds` shows. Times in ms since the epoch. */
export interface FeedsReport {
  readonly feeds: readonly FeedReport[];
  readonly geo: readonly GeoReport[];
}

export interface FeedReport {
  readonly name: string;
  readonly use: ListingUse;
  /** Path or URL. */
  readonly from: string;
  /** waiting: not had yet. held: a fresh list waits for a person's word, the good one is in force. */
  readonly state: 'ok' | 'waiting' | 'held' | 'failing';
  /** In force. */
  readonly entries: number;
  /** Left out because they would cover what no list may. */
  readonly cut: number;
  readonly cutEntries: InForce['cutEntries'];
  /** Lines that were no entries. */
  readonly bad: number;
  readonly badLines: readonly BadLine[];
  /** When the list in force was fetched. */
  readonly fetchedAt?: number;
  /** When its place was last asked with success. */
  readonly checkedAt?: number;
  readonly problem?: string;
  readonly held?: { readonly entries: number; readonly why: string };
}

export interface GeoReport {
  readonly what: 'country' | 'asn';
  readonly file: string;
  readonly builtAt?: number;
  readonly problem?: string;
}

export function reportOf(
  kept: readonly KeptFeed[],
  inForce: ReadonlyMap<string, InForce>,
  files: readonly GeoFile[],
): FeedsReport {
  return {
    feeds: kept.map((one) => feedReport(one, inForce.get(one.feed.name))),
    geo: files.map(({ what, path, mmdb, problem }) => ({
      what,
      file: path,
      ...(mmdb === undefined ? {} : { builtAt: mmdb.builtAt }),
      ...(problem === undefined ? {} : { problem }),
    })),
  };
}

function feedReport(one: KeptFeed, inForce: InForce | undefined): FeedReport {
  const { feed, good, held, checkedAt, problem } = one;
  return {
    name: feed.name,
    use: feed.use,
    from: placeOf(feed),
    state: stateOf(one),
    entries: inForce?.entries ?? 0,
    cut: inForce?.cut ?? 0,
    cutEntries: inForce?.cutEntries ?? [],
    bad: good?.bad ?? 0,
    badLines: (good ?? held)?.badLines ?? [],
    ...(good === undefined ? {} : { fetchedAt: good.fetchedAt }),
    ...(checkedAt === undefined ? {} : { checkedAt }),
    ...(problem === undefined ? {} : { problem }),
    ...(held === undefined ? {} : { held: { entries: held.entries, why: held.why ?? '' } }),
  };
}

function stateOf({ good, held, problem }: KeptFeed): FeedReport['state'] {
  if (problem !== undefined) return 'failing';
  if (held !== undefined) return 'held';
  return good === undefined ? 'waiting' : 'ok';
}
