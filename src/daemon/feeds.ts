import { join } from 'node:path';
import type { Guarded } from '../feed/cut.ts';
import type { Feeds } from '../feed/feeds.ts';
import { createFeeds } from '../feed/feeds.ts';
import { createShelf } from '../feed/shelf.ts';
import type { World } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import type { FeedsControl } from '../web/control-feeds.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';
import type { Surroundings } from './surroundings.ts';
import type { Trunks } from './trunks.ts';

/** Gives the judge's world what feeds and GeoIP say, and keeps both from covering the known. */
export interface FeedKeeping {
  readonly policy: Feeds['policy'];
  readonly control: FeedsControl;
  close(): void;
}

/** Folder of the last good lists, beside the database. */
export const FEEDS_FOLDER = 'feeds';

export function createFeedKeeping(parts: {
  readonly policy: () => Policy;
  readonly surroundings: Surroundings;
  readonly trunks: Pick<Trunks, 'addresses'>;
  readonly notices: Notices;
  readonly log: Log;
  readonly now: () => number;
}): FeedKeeping {
  const { surroundings, notices, log } = parts;
  let seen: Partial<Pick<World, 'own' | 'trunks' | 'trusted'>> = {};
  let guarded: Guarded = [];

  const feeds = createFeeds({
    shelf: createShelf(join(parts.policy().store.path, FEEDS_FOLDER)),
    now: parts.now,
    guarded() {
      const { own, trunks, trusted } = surroundings.world;
      if (own === seen.own && trunks === seen.trunks && trusted === seen.trusted) return guarded;
      seen = { own, trunks, trusted };
      guarded = guardedOf(parts.policy(), parts.trunks.addresses, surroundings.own());
      return guarded;
    },
    on: {
      changed: (listings) => surroundings.listings(listings),
      notice: (text, about) => notices.tell(text, about),
      settled: (about) => notices.settle(about),
    },
  });

  return {
    policy: (policy) => feeds.policy(policy),
    control: {
      view: () => feeds.report(),
      async accept({ name, by }) {
        const entries = await feeds.accept(name);
        if (entries === undefined) return noSuchFeed(name);
        if (entries === false) {
          const hint = 'ghostgate feeds, for the state of each';
          return { refused: `feed ${name} is not held back`, hint };
        }
        log.info({ event: 'feed', feed: name, entries, by }, 'held feed accepted');
        return { accepted: name, entries };
      },
      async refresh({ name }) {
        const found = await feeds.refresh(name);
        return found ? feeds.report() : noSuchFeed(name ?? '');
      },
    },
    close: () => feeds.close(),
  };
}

/** What no list may cover: the PBX itself, every address of every trunk, trusted networks. */
export function guardedOf(
  { trunks, trust }: Pick<Policy, 'trunks' | 'trust'>,
  addressesByHost: ReadonlyMap<string, readonly string[]>,
  own: readonly string[],
): Guarded {
  return [
    ...own.map((network) => [network, "this PBX's own addresses"] as const),
    ...trunks.flatMap(({ name, networks, hosts }) => {
      const named = hosts.flatMap((host) => addressesByHost.get(host) ?? []);
      return [...networks, ...named].map((network) => [network, `trunk ${name}`] as const);
    }),
    ...trust.networks.map((network) => [network, `trusted network ${network}`] as const),
  ];
}

function noSuchFeed(name: string): { refused: string; hint: string } {
  return { refused: `the policy has no feed ${name}`, hint: 'ghostgate feeds, for their names' };
}
