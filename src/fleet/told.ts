import type { Told } from '../judge/fleet-view.ts';
import { overlapsWith } from '../event/nested.ts';
import type { Message } from './notice.ts';
import { whyUntellable } from './shape.ts';

/** What each site says of sources now: its newest, so that one that floods pushes out its own alone. */
export interface ToldByAll {
  /** @param at when it was heard, ms since the epoch */
  take(message: Message, at: number): void;
  /** The operator let the source in everywhere. */
  clear(target: string): void;
  /** The site is revoked. */
  forget(site: string): void;
  /** Drops what is over. */
  expire(now: number): void;
  /** Newest first. */
  by(site: string, most: number): readonly Told[];
  countBy(site: string): number;
  /** What all but this site say, newest first; no site fills it alone. */
  byOthers(site: string, most: number): readonly Told[];
  /** Different sources. */
  readonly sources: number;
}

type Kept = Omit<Told, 'alsoBy'>;

/** For each site; with a thousand sites that tell as many, some 60 MB. */
export const MOST_TOLD = 250;
const MOST_OF_EACH = 5;

export function createToldByAll(): ToldByAll {
  /** The newest stand last. */
  const bySite = new Map<string, Map<string, Kept>>();
  const byTarget = new Map<string, Set<string>>();

  const drop = (site: string, target: string): void => {
    bySite.get(site)?.delete(target);
    const sites = byTarget.get(target);
    sites?.delete(site);
    if (sites?.size === 0) byTarget.delete(target);
  };
  const put = (kept: Kept): void => {
    const { site, target } = kept;
    const own = bySite.get(site) ?? new Map<string, Kept>();
    bySite.set(site, own);
    own.delete(target);
    own.set(target, kept);
    byTarget.set(target, (byTarget.get(target) ?? new Set()).add(site));
    const [oldest] = own.keys();
    if (own.size > MOST_TOLD && oldest !== undefined) drop(site, oldest);
  };
  const newestOf = (site: string, most: number): Told[] =>
    [...(bySite.get(site)?.values() ?? [])]
      .slice(-most)
      .toReversed()
      .map((kept) => {
        const sites = [...(byTarget.get(kept.target) ?? [])].filter((other) => other !== site);
        return { ...kept, alsoBy: sites.toSorted().slice(0, MOST_NAMED) };
      });

  return {
    take({ site, told, sentAt }, at) {
      for (const item of told) {
        const { target } = item;
        if ('lift' in item) drop(site, target);
        else if (item.until > at && whyUntellable(target, 0) === undefined) {
          const { rule, proof, until } = item;
          put({ site, target, rule, proof, until, at: Math.min(sentAt, at) });
        }
      }
    },
    clear(target) {
      for (const each of [...byTarget.keys()].filter(overlapsWith(target))) {
        for (const site of byTarget.get(each) ?? []) drop(site, each);
      }
    },
    forget(site) {
      for (const target of bySite.get(site)?.keys() ?? []) drop(site, target);
      bySite.delete(site);
    },
    expire(now) {
      for (const [site, own] of bySite) {
        for (const [target, { until }] of own) if (until <= now) drop(site, target);
      }
    },
    by: newestOf,
    countBy: (site) => bySite.get(site)?.size ?? 0,
    byOthers(site, most) {
      return [...bySite.keys()]
        .filter((other) => other !== site)
        .flatMap((other) => newestOf(other, MOST_OF_EACH))
        .toSorted((a, b) => b.at - a.at)
        .slice(0, most);
    },
    get sources() {
      return byTarget.size;
    },
  };
}

const MOST_NAMED = 20;
