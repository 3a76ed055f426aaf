import type { FeedPolicy } from '../policy/policy-feeds.ts';
import { FeedError } from './feed-error.ts';
import { readingOf, refreshFeed } from './refresh.ts';
import type { About, Shelf } from './shelf.ts';

/** One list as it stands: what is on the shelf, when it was looked at, what is wrong. */
export interface KeptFeed {
  readonly feed: FeedPolicy;
  /** In force. */
  readonly good: About | undefined;
  /** Waits for a person's word. */
  readonly held: About | undefined;
  readonly checkedAt: number | undefined;
  readonly problem: string | undefined;
  /** Reads what is on the shelf. */
  recall(): Promise<void>;
  /** Looks at its place when that is due, or in any case; true when the good list changed. */
  look(now: number, anyway?: boolean): Promise<boolean>;
  /** Resolves when nothing of it is under way. */
  idle(): Promise<void>;
  /** Puts the held list in force; undefined when none is held. */
  accept(): Promise<About | undefined>;
}

export interface FeedListener {
  /** Told when it begins to be held back. */
  held(name: string, about: About): void;
  /** Told when the trouble changes, and whether an earlier list is in force. */
  failed(name: string, why: string, inForce: boolean): void;
}

export function keepFeed(
  feed: FeedPolicy,
  parts: {
    readonly shelf: Shelf;
    readonly now: () => number;
    readonly closing: AbortSignal;
    readonly on: FeedListener;
  },
): KeptFeed {
  const { shelf, on } = parts;
  const { name } = feed;
  let good: About | undefined;
  let held: About | undefined;
  let checkedAt: number | undefined;
  let problem: string | undefined;
  let nextAt = 0;
  /** Looks and a person's word come one after another. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const next = turn.then(step, step);
    turn = next.catch(() => {});
    return next;
  };
  const everyMs = 'file' in feed.from ? FILE_MS : feed.everySeconds * 1000;

  const refresh = async (): Promise<boolean> => {
    const signal = AbortSignal.any([parts.closing, AbortSignal.timeout(PATIENCE_MS)]);
    const tags = (held ?? good)?.tags ?? {};
    try {
      const found = await refreshFeed(feed, { good, known: tags, shelf, now: parts.now, signal });
      checkedAt = parts.now();
      nextAt = checkedAt + everyMs;
      problem = undefined;
      if (found.kind === 'unchanged') return false;
      if (found.kind === 'held') {
        held = found.about;
        on.held(name, held);
        return false;
      }
      good = found.about;
      held = undefined;
      return true;
    } catch (error) {
      nextAt = parts.now() + Math.min(everyMs, RETRY_MS);
      if (parts.closing.aborted) return false;
      const why = wordsOf(error);
      if (why !== problem) on.failed(name, why, good !== undefined);
      problem = why;
      return false;
    }
  };

  return {
    feed,
    get good() {
      return good;
    },
    get held() {
      return held;
    },
    get checkedAt() {
      return checkedAt;
    },
    get problem() {
      return problem;
    },
    recall: () =>
      inTurn(async () => {
        good = ofThis(await shelf.about(name, 'good'), feed);
        held = ofThis(await shelf.about(name, 'held'), feed);
        if (good !== undefined && 'url' in feed.from) nextAt = good.fetchedAt + everyMs;
      }),
    look: (now, anyway = false) =>
      inTurn(async () => (anyway || now >= nextAt ? await refresh() : false)),
    idle: () => inTurn(async () => {}),
    accept: () =>
      inTurn(async () => {
        if (held === undefined) return undefined;
        await shelf.promote(name);
        good = held;
        held = undefined;
        return good;
      }),
  };
}

/** The whole of a download, redirects and unpacking included. */
const PATIENCE_MS = 120_000;
const FILE_MS = 60_000;
const RETRY_MS = 300_000;

/** A list of another place or column is no last good one of this. */
function ofThis(about: About | undefined, feed: FeedPolicy): About | undefined {
  return about?.reading === readingOf(feed) ? about : undefined;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof FeedError ? `${error.message} (${error.hint})` : error.message;
}
