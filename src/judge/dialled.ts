import { LRUCache } from 'lru-cache';
import type { Proof } from '../event/sip-event.ts';
import { ownCopy } from './own-copy.ts';

/**
 * What strangers dialled lately, whoever they were: the one thing the judge remembers across
 * sources. Bounded: the number longest not dialled goes first.
 */
export interface DialledNumbers {
  /**
   * Takes a number that a stranger dialled. Returns all ways of dialling it since a time, this
   * one first; none when it is no number of a public network.
   */
  note(number: string, seen: { readonly proof: Proof; readonly now: number; since: number }): Way[];
  readonly size: number;
}

/** One way of dialling a number: the prefix and what it leads to. */
export interface Way {
  /** Without what honest people write before a number: `+`, `00`, `011` or one `0`. */
  readonly digits: string;
  at: number;
  /** The latest time that no false sender can have caused. */
  provenAt: number;
}

/** Most numbers remembered, and most ways of each. */
const NUMBERS_KEPT = 10_000;
export const WAYS_KEPT = 8;

/** Numbers of public networks end in nine digits that tell them apart; extensions are shorter. */
const TAIL_DIGITS = 9;
/** E.164 allows 15 digits; what is dialled before them is short. */
const MOST_DIGITS = 40;

export function createDialledNumbers(limit = NUMBERS_KEPT): DialledNumbers {
  const byTail = new LRUCache<string, Way[]>({ max: limit });
  return {
    note(number, { proof, now, since }) {
      const dialled = number.replaceAll(/[ ().-]/g, '');
      if (dialled.length > MOST_DIGITS || !/^\+*\d+$/.test(dialled)) return [];
      const digits = digitsOf(dialled);
      if (digits.length < TAIL_DIGITS) return [];
      const tail = digits.slice(-TAIL_DIGITS);
      const known = (byTail.get(tail) ?? []).filter(({ at }) => at > since);
      const own = known.find((way) => isSame(way.digits, digits)) ?? {
        digits: ownCopy(digits),
        at: now,
        provenAt: 0,
      };
      own.at = now;
      if (proof === 'proven') own.provenAt = now;
      const ways = [own, ...known.filter((way) => way !== own)].slice(0, WAYS_KEPT);
      byTail.set(ownCopy(tail), ways);
      return ways;
    },
    get size() {
      return byTail.size;
    },
  };
}

/**
 * Reports whether the first of these ways is the number itself, as somebody dials it who knows
 * how: all others have it at their end. An honest caller of a number that scanners sweep.
 */
export function isPlainWay([own, ...others]: readonly Way[]): boolean {
  return own !== undefined && others.every(({ digits }) => digits.endsWith(own.digits));
}

/** `+31201234567`, `0031201234567`, `01131201234567` and `0201234567` lose what stands before. */
function digitsOf(dialled: string): string {
  return /^(?:\+|00|011|0)?([1-9]\d*)$/.exec(dialled)?.[1] ?? dialled;
}

/** One number in its national and its international form is the same way. */
function isSame(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (!long.endsWith(short)) return false;
  return short.length === long.length || COUNTRY.test(long.slice(0, long.length - short.length));
}

/** Country codes in use (ITU-T E.164, list of assigned codes), by their first digits. */
const COUNTRY =
  /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(?:2[1-689]|3[578]|42|5[09]|6[7-9]|8[0578]|9[679])\d)$/;
