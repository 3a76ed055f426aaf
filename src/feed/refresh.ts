import type { FeedPolicy } from '../policy/policy-feeds.ts';
import { FeedError } from './feed-error.ts';
import type { Tags } from './fetch.ts';
import { openFeed } from './fetch.ts';
import { whyHeld } from './hold.ts';
import type { FeedParser, Measure } from './parse.ts';
import { FeedMistake, feedParser } from './parse.ts';
import type { About, Shelf, ShelfWriter } from './shelf.ts';
import { textOf } from './text-of.ts';

export type Refreshed =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'good' | 'held'; readonly about: About };

/**
 * Fetches one list, reads it line by line and puts it on the shelf: in place of the last good one,
 * or held back beside it.
 * @param good the list in force, if it is of the same reading
 * @param known tags of the latest edition seen, in force or held
 * Throws FeedError when it cannot be had or is no list; the shelf is as it was then.
 */
export async function refreshFeed(
  feed: FeedPolicy,
  at: {
    readonly good: About | undefined;
    readonly known: Tags;
    readonly shelf: Shelf;
    readonly now: () => number;
    readonly signal: AbortSignal;
  },
): Promise<Refreshed> {
  const opened = await openFeed(feed.from, at.known, at.signal);
  if (opened === undefined) return { kind: 'unchanged' };
  const writer = await at.shelf.write(feed.name);
  try {
    const parser = feedParser(feed, (network) => writer.entry(network));
    for await (const piece of textOf(opened.bytes)) {
      parser.take(piece);
      await writer.flush();
    }
    const measure = await ended(parser, writer);
    await opened.close();
    const why = whyHeld(measure, at.good);
    const kind = why === undefined ? 'good' : 'held';
    const about: About = {
      reading: readingOf(feed),
      fetchedAt: at.now(),
      tags: opened.tags,
      ...measure,
      badLines: [...measure.badLines],
      ...(why === undefined ? {} : { why }),
    };
    await writer.finish(kind, about);
    if (kind === 'good') await at.shelf.drop(feed.name, 'held');
    return { kind, about };
  } catch (error) {
    await writer.abandon();
    await opened.close().catch(() => {});
    if (error instanceof FeedMistake) throw new FeedError(`${placeOf(feed)} ${error.message}`, FIX);
    if (error instanceof FeedError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new FeedError(`${placeOf(feed)}: ${why}`, LOOK, { cause: error });
  }
}

async function ended(parser: FeedParser, writer: ShelfWriter): Promise<Measure> {
  const work = parser.end();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await writer.flush();
  }
}

const FIX = 'see docs/feeds.md: format, column, max_entries';
const LOOK = 'it is asked again later';

/** Where and how a list is read: what was kept under another is no measure for it. */
export function readingOf({ from, format, column }: FeedPolicy): string {
  return JSON.stringify([from, format, column]);
}

export function placeOf({ from }: Pick<FeedPolicy, 'from'>): string {
  return 'file' in from ? from.file : from.url;
}
