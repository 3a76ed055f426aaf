import { cleanText } from '../event/text.ts';
import { FeedError } from './feed-error.ts';
import { openFile } from './file.ts';
import type { FeedPolicy } from '../policy/policy-feeds.ts';

/** What tells one edition of a list from the next, as its place gives it. */
export interface Tags {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface Opened {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly tags: Tags;
  /** To be called at the end of the reading. Throws FeedError when what was read is not whole. */
  close(): Promise<void>;
}

/**
 * Opens a list at its place; undefined when it is the edition that `known` tells.
 * Throws FeedError when it cannot be had.
 */
export async function openFeed(
  from: FeedPolicy['from'],
  known: Tags,
  signal: AbortSignal,
): Promise<Opened | undefined> {
  if ('file' in from) return await openFile(from.file, known);
  try {
    return await openUrl(new URL(from.url), known, signal);
  } catch (error) {
    if (error instanceof FeedError) throw error;
    throw new FeedError(`${from.url}: ${reasonOf(error)}`, TRY_IT(from.url), { cause: error });
  }
}

async function openUrl(first: URL, known: Tags, signal: AbortSignal): Promise<Opened | undefined> {
  let url = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const response = await fetch(url, { redirect: 'manual', headers: headersFor(known), signal });
    const { status, headers, body } = response;
    if (status === 304) return undefined;
    if (status === 200 && body !== null) {
      return { bytes: body, tags: tagsOf(headers), close: async () => {} };
    }
    await body?.cancel();
    const location = headers.get('location');
    if (status < 300 || status >= 400 || location === null) {
      throw new FeedError(`${url.href} answered ${status}`, TRY_IT(url.href));
    }
    url = nextOf(url, location);
  }
  throw new FeedError(
    `${first.href} redirects more than ${MOST_REDIRECTS} times`,
    'write the address it leads to',
  );
}

const MOST_REDIRECTS = 3;

/** A list that was asked for over TLS must not come without, nor from this machine's files. */
function nextOf(url: URL, location: string): URL {
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  const safe =
    next?.protocol === 'https:' || (next?.protocol === 'http:' && url.protocol === 'http:');
  if (next !== undefined && safe && next.username === '' && next.password === '') return next;
  const where = cleanText(location) ?? '';
  throw new FeedError(`${url.href} redirects to ${where}`, 'write the address it should lead to');
}

function headersFor({ etag, lastModified }: Tags): Record<string, string> {
  return {
    'user-agent': 'ghostgate',
    accept: 'text/plain, text/csv, application/json, */*;q=0.1',
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

function tagsOf(headers: Headers): Tags {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return {
    ...(etag === null || etag.length > MOST_TAG_CHARS ? {} : { etag }),
    ...(lastModified === null || lastModified.length > MOST_TAG_CHARS ? {} : { lastModified }),
  };
}

const MOST_TAG_CHARS = 256;

const TRY_IT = (url: string): string => `see what it answers: curl -I ${url}`;

/** fetch says `fetch failed`, and why in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'took too long';
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
