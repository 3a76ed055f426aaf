import type { Answer } from './answers.ts';
import { SEQUENCE } from './answers.ts';
import type { Link } from './link.ts';
import { LinkError } from './link-error.ts';

/** A message that a stream kept. */
export interface Stored {
  readonly subject: string;
  readonly sequence: number;
  /** When the server got it, ms since the epoch. */
  readonly at: number;
  readonly data: Uint8Array;
}

/** Up to where a stream was read: a message's sequence, and when the server got it. */
export interface Position {
  readonly sequence: number;
  readonly at: number;
}

export const BEGINNING: Position = { sequence: 0, at: 0 };

/**
 * Reads a stream on from where it was left, in order, and returns the position that all before
 * is known of. By direct gets (ADR-31 of nats-io/nats-architecture-and-design; nats-server 2.9
 * has them): a site needs the right to this one question alone, and nothing of it stays at the
 * server, however many sites come back at once.
 */
export async function readOn(
  link: Pick<Link, 'ask'>,
  stream: string,
  from: Position,
  each: (message: Stored) => void,
): Promise<Position> {
  const last = await get(link, stream, { last_by_subj: '>' });
  if (last === undefined) return BEGINNING;
  // Made anew, or back from an old copy: whatever is in it is looked at, and known by its numbers.
  let at = (await isSame(link, stream, from, last)) ? from.sequence : 0;
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
    if (next === undefined) break;
    at = next.sequence - 1;
  }
  return { sequence: Math.max(at, last.sequence), at: last.at };
}

export async function readAll(
  link: Pick<Link, 'ask'>,
  stream: string,
  each: (message: Stored) => void,
): Promise<void> {
  await readOn(link, stream, BEGINNING, each);
}

/**
 * Whether the stream is the one that was read up to here. One that was made anew may be longer by
 * now, and would be read from its middle: what tells them apart is when the server got a message.
 */
async function isSame(
  link: Pick<Link, 'ask'>,
  stream: string,
  from: Position,
  last: Stored,
): Promise<boolean> {
  if (last.sequence < from.sequence) return false;
  if (from.at === 0) return true;
  const seq = from.sequence;
  const here = last.sequence === seq ? last : await get(link, stream, { seq });
  if (here !== undefined) return here.at === from.at;
  // It is no longer kept. What is kept from before it is older than it was, in the same stream.
  const first = await get(link, stream, { seq: 1, next_by_subj: '>' });
  return first === undefined || first.sequence > seq || first.at <= from.at;
}

/** The last message on this subject. */
export async function lastOf(
  link: Pick<Link, 'ask'>,
  stream: string,
  subject: string,
): Promise<Stored | undefined> {
  return await get(link, stream, { last_by_subj: subject });
}

/**
 * Puts a message into the stream of its subject; resolves when the server has it on disk.
 * @param after sequence of what stands on the subject (0: nothing). Rejects with OvertakenError
 *   when that is not so any more; without it whatever stands there is replaced or followed.
 */
export async function put(
  link: Pick<Link, 'ask'>,
  subject: string,
  data: string,
  after?: number,
): Promise<number> {
  const headers = after === undefined ? undefined : { [EXPECTED]: String(after) };
  const { error, seq } = answerOf(await link.ask(subject, data, headers));
  if (error === undefined && typeof seq === 'number') return seq;
  if (isOvertaken(error)) throw new OvertakenError(`something newer stands on ${subject}`);
  throw new LinkError(`NATS keeps no ${subject}: ${describe(error)}`);
}

/** Somebody else was quicker: what was put rests on what stands there no more, and is not kept. */
export class OvertakenError extends LinkError {
  override name = 'OvertakenError';
}

/** Questions under way at once: a week of notices over a slow line, in seconds. */
const WINDOW = 64;
const NOT_FOUND = 404;
/** The server refuses what does not follow this one (nats-server/server/stream.go, 2.9 has it). */
const EXPECTED = 'Nats-Expected-Last-Subject-Sequence';
/** JSStreamWrongLastSequenceErrF in nats-server/server/errors.json. */
const WRONG_SEQUENCE = 10_071;

async function get(
  link: Pick<Link, 'ask'>,
  stream: string,
  wanted: Readonly<Record<string, unknown>>,
): Promise<Stored | undefined> {
  const answer = await link.ask(`$JS.API.DIRECT.GET.${stream}`, text(wanted));
  const { status, head, data } = answer;
  const sequence = Number(head.get(SEQUENCE) ?? '');
  // What a sender wrote over a message, "404" too, has the server's own words behind it.
  if (status === NOT_FOUND && !head.has(SEQUENCE)) return undefined;
  const at = Date.parse(head.get('Nats-Time-Stamp') ?? '');
  if (!(sequence > 0) || Number.isNaN(at)) {
    throw new LinkError(`stream ${stream} gives no message: ${answer.why}`);
  }
  return { subject: head.get('Nats-Subject') ?? '', sequence, at, data };
}

function isOvertaken(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return 'err_code' in error && error.err_code === WRONG_SEQUENCE;
}

export function answerOf({ data }: Answer): { error?: unknown; seq?: unknown } {
  const answer: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
  return typeof answer === 'object' && answer !== null ? answer : {};
}

export function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'no answer that is understood';
  return 'description' in error ? String(error.description) : JSON.stringify(error);
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
