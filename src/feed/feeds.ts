import type { FeedsReport } from '../judge/feeds-report.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Listings } from '../judge/listings.ts';
import type { Policy } from '../policy/policy.ts';
import type { Guarded } from './cut.ts';
import type { GeoFile } from './geo.ts';
import { geoFiles, geoOf, lookAgain } from './geo.ts';
import type { KeptFeed } from './kept-feed.ts';
import { keepFeed } from './kept-feed.ts';
import { reportOf } from './report.ts';
import type { Shelf } from './shelf.ts';
import type { InForce, Tables } from './tables.ts';
import { layOut } from './tables.ts';

/** Keeps the policy's lists and MMDB files, and what is looked up in them. */
export interface Feeds {
  /** Puts the last good lists of this policy in force; fresh ones are fetched behind the caller's back. */
  policy(policy: Pick<Policy, 'feeds' | 'geo'>): Promise<void>;
  report(): FeedsReport;
  /** Puts a held list in force; undefined when there is no such list, false when none is held. */
  accept(name: string): Promise<number | false | undefined>;
  /** Looks at all places now, or at that of one list; false when there is no such list. */
  refresh(name?: string): Promise<boolean>;
  close(): void;
}

export interface FeedsListener {
  /** What is looked up from now on; undefined where the policy names no list and no file. */
  changed(listings: Listings | undefined): void;
  /** What the operator should know, in words; a newer text about the same takes its place. */
  notice(text: string, about: string): void;
  /** There is nothing to tell about it any more. */
  settled(about: string): void;
}

export function createFeeds(parts: {
  readonly shelf: Shelf;
  readonly now: () => number;
  /** What no list may cover: the same list again as long as nothing of it changes. */
  readonly guarded: () => Guarded;
  readonly on: FeedsListener;
}): Feeds {
  const { shelf, on } = parts;
  let policy: Pick<Policy, 'feeds' | 'geo'> = { feeds: [], geo: undefined };
  let kept: KeptFeed[] = [];
  let files: GeoFile[] = [];
  let guarded: Guarded | undefined;
  let tables: Tables | undefined;
  let inForce: ReadonlyMap<string, InForce> = new Map();
  let closing = new AbortController();
  let building: Promise<void> | undefined;
  let isStale = false;

  const build = async (): Promise<void> => {
    const good = kept.filter((one) => one.good !== undefined).map(({ feed }) => feed);
    guarded = parts.guarded();
    ({ tables, inForce } = await layOut(good, guarded, shelf));
    for (const [name, { cut, cutEntries }] of inForce) {
      const [first] = cutEntries;
      if (first === undefined) continue;
      const more = cut === 1 ? '' : ` and ${cut - 1} more`;
      on.notice(
        `feed ${name}: ${first.network} (${first.what})${more} left out: no list may cover it`,
        `feed ${name} cut`,
      );
    }
    tell();
  };
  const rebuild = async (): Promise<void> => {
    isStale = true;
    building ??= (async () => {
      while (isStale) {
        isStale = false;
        await build().catch((error: unknown) => on.notice(`feeds: ${String(error)}`, 'feeds'));
      }
    })().finally(() => (building = undefined));
    await building;
  };
  const tell = (): void => {
    const isAsked = kept.length + files.length > 0;
    on.changed(isAsked ? listingsOf(tables, policy, files) : undefined);
  };
  const lookAt = async (one: KeptFeed, anyway: boolean): Promise<void> => {
    if (await one.look(parts.now(), anyway)) await rebuild();
    if (one.problem === undefined && one.held === undefined) on.settled(`feed ${one.feed.name}`);
  };
  const lookAtFiles = async (): Promise<void> => {
    for (const file of files) {
      const before = file.problem;
      if (await lookAgain(file)) tell();
      if (file.problem === undefined) on.settled(file.path);
      if (file.problem !== undefined && file.problem !== before) {
        on.notice(`GeoIP by ${file.path}: ${file.problem}`, file.path);
      }
    }
  };
  const look = async (anyway: boolean, of = kept): Promise<void> => {
    await Promise.all([...of.map((one) => lookAt(one, anyway)), lookAtFiles()]);
  };
  const guard = (): void => {
    if (kept.length > 0 && parts.guarded() !== guarded) void rebuild();
  };
  const timer = setInterval(() => {
    guard();
    void look(false);
  }, LOOK_MS).unref();

  return {
    async policy(next) {
      const same =
        isDeepStrictEqual(next.feeds, policy.feeds) && isDeepStrictEqual(next.geo, policy.geo);
      if (same) return;
      closing.abort();
      closing = new AbortController();
      await Promise.all(kept.map((one) => one.idle()));
      policy = { feeds: next.feeds, geo: next.geo };
      const about = { shelf, now: parts.now, closing: closing.signal, on: feedListener(on) };
      kept = next.feeds.map((feed) => keepFeed(feed, about));
      files = geoFiles(next.geo);
      await Promise.all(kept.map((one) => one.recall()));
      await lookAtFiles();
      await rebuild();
      void look(false);
    },
    report: () => reportOf(kept, inForce, files),
    async accept(name) {
      const one = kept.find(({ feed }) => feed.name === name);
      if (one === undefined) return undefined;
      const accepted = await one.accept();
      if (accepted === undefined) return false;
      on.settled(`feed ${name}`);
      await rebuild();
      return accepted.entries;
    },
    async refresh(name) {
      const asked = kept.filter(({ feed }) => name === undefined || feed.name === name);
      if (asked.length === 0 && name !== undefined) return false;
      await look(true, asked);
      // A look that was under way already may have found the fresh list.
      await building;
      return true;
    },
    close() {
      clearInterval(timer);
      closing.abort();
    },
  };
}

const LOOK_MS = 10_000;

function feedListener(on: FeedsListener) {
  return {
    held(name: string, { why = '' }: { why?: string | undefined }): void {
      on.notice(
        `feed ${name} is held back: ${why}. If that is right: ghostgate feeds accept ${name}`,
        `feed ${name}`,
      );
    },
    failed(name: string, why: string, inForce: boolean): void {
      const then = inForce ? 'the last good list stays in force' : 'nothing of it is in force yet';
      on.notice(`feed ${name}: ${why}; ${then}`, `feed ${name}`);
    },
  };
}

function listingsOf(
  tables: Tables | undefined,
  { geo: asked }: Pick<Policy, 'geo'>,
  files: readonly GeoFile[],
): Listings {
  const geo = asked === undefined ? undefined : geoOf(asked, files);
  return {
    denies: (address) => tables?.deny.match(address) ?? geo?.denies(address),
    suspects: (address) => tables?.evidence.match(address) ?? geo?.suspects(address),
    place: (address) => geo?.place(address),
  };
}
