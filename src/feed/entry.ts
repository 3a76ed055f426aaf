import { bitsOf } from '../event/nested.ts';
import { parseNetwork } from '../event/source.ts';
import { cleanText } from '../event/text.ts';

/** An address or prefix of a feed, in canonical text, or what is wrong with it. */
export type Entry = { readonly network: string } | { readonly mistake: string };

/** Nobody lists a hundredth of the internet on purpose: wider than these is a slip or an attack. */
const WIDEST_V4_BITS = 8;
const WIDEST_V6_BITS = 19;

/** Reads one entry. Address bits behind a prefix are let be: many lists write them. */
export function readEntry(text: string): Entry {
  const network = parseNetwork(text);
  if (network === undefined) return { mistake: 'not an address or prefix' };
  const bits = bitsOf(network);
  const widest = network.includes(':') ? WIDEST_V6_BITS : WIDEST_V4_BITS;
  return bits < widest ? { mistake: `wider than /${widest}` } : { network };
}

/** One line that was no entry. */
export interface BadLine {
  /** Its number from 1, or that of the item in a JSON list. */
  readonly line: number;
  /** Its beginning, without control characters. */
  readonly text: string;
  readonly mistake: string;
}

/** Text of somebody else's, fit for a message. */
export function excerpt(text: string): string {
  return cleanText(text.trim(), EXCERPT_CHARS) ?? '';
}

const EXCERPT_CHARS = 60;
