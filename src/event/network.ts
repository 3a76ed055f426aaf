import ipaddr from 'ipaddr.js';

/** A set of prefixes, each with a value; the longest match wins. */
export interface PrefixTable<T> {
  /** @param network canonical text from parseNetwork: an address or `address/bits` */
  add(network: string, value: T): void;
  /** Value of the longest prefix that holds this canonical address. */
  match(address: string): T | undefined;
  /** Value of any prefix that overlaps this network: holds it, or lies within it. */
  overlaps(network: string): T | undefined;
  readonly size: number;
}

/**
 * One hash map per prefix length in use, longest first: a lookup costs as many map reads as
 * there are different lengths (a handful), whatever the number of prefixes. Measured in
 * bench/prefix.ts beside ipaddr.js in a loop and net.BlockList.
 */
export function prefixTable<T>(entries: Iterable<readonly [string, T]> = []): PrefixTable<T> {
  const families = { v4: new Map<number, Level<T>>(), v6: new Map<number, Level<T>>() };
  let v4: [number, Level<T>][] = [];
  let v6: [number, Level<T>][] = [];
  let size = 0;

  const table: PrefixTable<T> = {
    add(network, value) {
      const { words, bits } = split(network);
      const family = words.length === 1 ? families.v4 : families.v6;
      const level = family.get(bits) ?? (new Map() as Level<T>);
      const key = keyOf(words, bits);
      if (!level.has(key)) size++;
      level.set(key, value);
      if (family.has(bits)) return;
      family.set(bits, level);
      const sorted = [...family].toSorted(([a], [b]) => b - a);
      if (words.length === 1) v4 = sorted;
      else v6 = sorted;
    },
    match(address) {
      const levels = address.includes(':') ? v6 : v4;
      if (levels.length === 0) return undefined;
      const words = wordsOf(address);
      return within(words, levels, words.length * 32);
    },
    overlaps(network) {
      const { words, bits } = split(network);
      const levels = words.length === 1 ? v4 : v6;
      const holder = within(words, levels, bits);
      if (holder !== undefined) return holder;
      const wanted = keyOf(words, bits);
      for (const [length, level] of levels) {
        if (length <= bits) continue;
        for (const [key, value] of level) {
          if (keyOf(wordsOfKey(key, words.length), bits) === wanted) return value;
        }
      }
      return undefined;
    },
    get size() {
      return size;
    },
  };
  for (const [network, value] of entries) table.add(network, value);
  return table;
}

type Key = number | string;
type Level<T> = Map<Key, T>;

function within<T>(words: readonly number[], levels: [number, Level<T>][], most: number) {
  for (const [bits, level] of levels) {
    if (bits > most) continue;
    const value = level.get(keyOf(words, bits));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The first `bits` bits as a map key: a number for IPv4, its words in text for IPv6. */
function keyOf(words: readonly number[], bits: number): Key {
  if (words.length === 1) return masked(words[0] ?? 0, bits);
  let key = '';
  for (let at = 0; at < 4; at++) key += `${masked(words[at] ?? 0, bits - at * 32)},`;
  return key;
}

function masked(word: number, bits: number): number {
  if (bits >= 32) return word;
  return bits <= 0 ? 0 : (word & (-1 << (32 - bits))) >>> 0;
}

function wordsOfKey(key: Key, length: number): number[] {
  return typeof key === 'number' ? [key] : key.split(',', length).map(Number);
}

function split(network: string): { words: number[]; bits: number } {
  const [address = '', bits] = network.split('/');
  const words = wordsOf(address);
  return { words, bits: bits === undefined ? words.length * 32 : Number(bits) };
}

/** One 32-bit word for IPv4, four for IPv6. */
function wordsOf(address: string): number[] {
  if (!address.includes(':')) return [wordOfV4(address)];
  const parts = ipaddr.IPv6.parse(address).parts;
  const words: number[] = [];
  for (let at = 0; at < 8; at += 2) words.push((parts[at] ?? 0) * 65_536 + (parts[at + 1] ?? 0));
  return words;
}

const DOT = 46;
const ZERO = 48;

function wordOfV4(address: string): number {
  // Digit by digit: three of these stand in the way of every event, and split() would triple it.
  let word = 0;
  let part = 0;
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at);
    if (code === DOT) {
      word = word * 256 + part;
      part = 0;
    } else part = part * 10 + code - ZERO;
  }
  return word * 256 + part;
}
