import type { FeedReport, FeedsReport } from '../judge/feeds-report.ts';
import type { GeoFile } from './geo.ts';
import type { KeptFeed } from './kept-feed.ts';
import { placeOf } from './refresh.ts';
import type { InForce } from './tables.ts';

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
