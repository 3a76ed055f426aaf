import type { SipEvent } from '../event/sip-event.ts';
import { ownCopy } from './own-copy.ts';
import type { Standing } from './standing.ts';

/** One number that a source called in vain. Times in ms since the epoch. */
export interface TriedNumber {
  readonly number: string;
  readonly firstAt: number;
  lastAt: number;
  /** The latest call that no false sender can have caused. */
  provenAt: number | undefined;
}

/** Most numbers remembered for one source. A limit of tries must stay below. */
export const NUMBERS_KEPT = 64;
/** The longest number anybody can dial, with room for a prefix. */
const MOST_CHARS = 40;

/**
 * Takes a call that a rule objects to. Not the first event of a source: most sources of a flood
 * from false senders have no second.
 */
export function noteNumber(standing: Standing, event: SipEvent): void {
  if (event.kind !== 'call' || event.calledNumber === undefined || standing.events < 2) return;
  const { seenAt, proof } = event;
  const number = ownCopy(event.calledNumber.slice(0, MOST_CHARS));
  const tried = triedOf(standing, number, seenAt);
  tried.lastAt = seenAt;
  if (proof === 'proven') tried.provenAt = seenAt;
}

/** Distinct numbers called in vain since a time, and when each was first and last. */
export function numbersTried(standing: Standing, since: number) {
  const tried = (standing.numbers ?? []).filter(({ lastAt }) => lastAt > since);
  return {
    all: tried.length,
    proven: tried.filter(({ provenAt }) => (provenAt ?? 0) > since).length,
    times: tried.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]),
  };
}

/** The day of a time: whole days since the epoch, UTC. */
export function dayOf(at: number): number {
  return Math.floor(at / 86_400_000);
}

/** The different days of these times. */
export function daysOf(times: readonly number[]): Set<number> {
  return new Set(times.map(dayOf));
}

function triedOf(standing: Standing, number: string, now: number): TriedNumber {
  const known = standing.numbers?.find((tried) => tried.number === number);
  if (known !== undefined) return known;
  const tried: TriedNumber = { number, firstAt: now, lastAt: now, provenAt: undefined };
  if (standing.numbers === undefined) standing.numbers = [tried];
  else {
    if (standing.numbers.length >= NUMBERS_KEPT) standing.numbers.shift();
    standing.numbers.push(tried);
  }
  return tried;
}
