import type { Msg } from '@nats-io/transport-node';
import type { Link } from './link.ts';
import { LinkError } from './link.ts';
import { KEPT_MS, NOTICES, ORDERS, POLICIES, SITES } from './words.ts';

/** A message that a stream kept. */
export interface Stored {
  readonly subject: string;
  readonly sequence: number;
  /** When the server got it, ms since the epoch. */
  readonly at: number;
  readonly data: Uint8Array;
}

/**
 * Reads a stream on from where it was left, in order, and returns the sequence that all before
 * is known of. By direct gets (ADR-31 of nats-io/nats-architecture-and-design; nats-server 2.9
 * has them): a site needs the right to this one question alone, and nothing of it stays at the
 * server, however many sites come back at once.
 */
export async function readOn(
  link: Pick<Link, 'ask'>,
  stream: string,
  from: number,
  each: (message: Stored) => void,
): Promise<number> {
  const last = await get(link, stream, { last_by_subj: '>' });
  if (last === undefined) return 0;
  // The stream was made anew: whatever is in it is looked at, and known by its numbers.
  let at = last.sequence < from ? 0 : from;
  while (at < last.sequence) {
    const width = Math.min(WINDOW, last.sequence - at);
    const asked = Array.from({ length: width }, (_, step) => at + 1 + step);
    const window = await Promise.all(asked.map((seq) => get(link, stream, { seq })));
    const found = window.filter((message) => message !== undefined);
    for (const message of found) each(message);
    at += width;
    if (found.length > 0) continue;
    // A whole window of what is no longer kept: the next that is.
    const next = await get(link, stream, { seq: at + 1, next_by_subj: '>' });
    if (next === undefined) return last.sequence;
    at = next.sequence - 1;
  }
  return at;
}

/** The last message on this subject. */
export async function lastOf(
  link: Pick<Link, 'ask'>,
  stream: string,
  subject: string,
): Promise<Stored | undefined> {
  return await get(link, stream, { last_by_subj: subject });
}

/** Puts a message into the stream of its subject; resolves when the server has it on disk. */
export async function put(link: Pick<Link, 'ask'>, subject: string, data: string): Promise<number> {
  const { error, seq } = answerOf(await link.ask(subject, data));
  if (error === undefined && typeof seq === 'number') return seq;
  throw new LinkError(`NATS keeps no ${subject}: ${describe(error)}`);
}

/** Makes the fleet's streams, or brings them up to date. Needs the operator's rights. */
export async function makeStreams(link: Pick<Link, 'ask'>): Promise<void> {
  for (const config of STREAMS) {
    const whole = { ...COMMON, ...config };
    const made = answerOf(await link.ask(`$JS.API.STREAM.CREATE.${config.name}`, text(whole)));
    if (made.error === undefined) continue;
    const { error } = answerOf(await link.ask(`$JS.API.STREAM.UPDATE.${config.name}`, text(whole)));
    if (error !== undefined) throw new LinkError(`stream ${config.name}: ${describe(error)}`);
  }
}

/**
 * Bounded in age, bytes and messages of each site: one that floods pushes out its own alone.
 * Orders are kept until another takes their place.
 */
const STREAMS = [
  {
    name: NOTICES,
    subjects: ['ghostgate.notice.*', 'ghostgate.unban'],
    max_age: KEPT_MS * 1e6,
    max_bytes: 1024 ** 3,
    max_msgs_per_subject: 100_000,
  },
  {
    name: ORDERS,
    subjects: ['ghostgate.order.>'],
    max_age: 0,
    max_bytes: 64 * 1024 ** 2,
    max_msgs_per_subject: 1,
  },
  {
    name: SITES,
    subjects: ['ghostgate.state.*'],
    max_age: KEPT_MS * 1e6,
    max_bytes: 64 * 1024 ** 2,
    max_msgs_per_subject: 1,
  },
  {
    name: POLICIES,
    subjects: ['ghostgate.policy.*'],
    max_age: 0,
    max_bytes: 64 * 1024 ** 2,
    max_msgs: 100,
    max_msgs_per_subject: 1,
    max_msg_size: 65_536,
  },
] as const;
const COMMON = {
  retention: 'limits',
  storage: 'file',
  discard: 'old',
  num_replicas: 1,
  max_msg_size: 32_768,
  allow_direct: true,
};

/** Questions under way at once: a week of notices over a slow line, in seconds. */
const WINDOW = 64;
const NOT_FOUND = 404;

async function get(
  link: Pick<Link, 'ask'>,
  stream: string,
  wanted: Readonly<Record<string, unknown>>,
): Promise<Stored | undefined> {
  const answer = await link.ask(`$JS.API.DIRECT.GET.${stream}`, text(wanted));
  const { headers } = answer;
  if (headers?.code === NOT_FOUND) return undefined;
  const sequence = Number(headers?.get('Nats-Sequence') ?? '');
  const at = Date.parse(headers?.get('Nats-Time-Stamp') ?? '');
  if (headers === undefined || !(sequence > 0) || Number.isNaN(at)) {
    throw new LinkError(`stream ${stream} gives no message: ${headers?.description ?? ''}`);
  }
  return { subject: headers.get('Nats-Subject'), sequence, at, data: answer.data };
}

function answerOf(message: Msg): { error?: unknown; seq?: unknown } {
  const answer: unknown = JSON.parse(message.string());
  return typeof answer === 'object' && answer !== null ? answer : {};
}

function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'no answer that is understood';
  return 'description' in error ? String(error.description) : JSON.stringify(error);
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
