import { cleanText } from '../event/text.ts';
import type { NotifyKind } from '../policy/policy-notify.ts';

/** What one message tells. */
export interface Message {
  readonly site: string;
  /** When it was put together, in ms since the epoch. */
  readonly at: number;
  /** A line for each kind of thing. */
  readonly items: readonly Item[];
  /** Things of earlier messages that could never be sent. */
  readonly lost: number;
}

export interface Item {
  readonly kind: NotifyKind | 'test';
  /** How often it happened. */
  readonly count: number;
  /** Some of what happened, oldest first. */
  readonly texts: readonly string[];
}

/** Texts of each kind in one message: more than a person reads. */
export const MOST_TEXTS = 10;
const MOST_CHARS = 300;

/** A text as it may go into a message: without control characters and bounded. */
export function tidy(text: string): string {
  return cleanText(text, MOST_CHARS) ?? '';
}

/** `acme-hq: 2 links, 1 notice` */
export function titleOf({ site, items }: Message): string {
  const [only] = items;
  const [text] = only?.texts ?? [];
  if (items.length === 1 && only?.count === 1 && text !== undefined && text.length <= 100) {
    return `${site}: ${text}`;
  }
  const words = items.map(({ kind, count }) => {
    const [one, many] = NAMES[kind];
    return `${count} ${count === 1 ? one : many}`;
  });
  return `${site}: ${words.join(', ')}`;
}

/** What happened, a line each. */
export function linesOf({ items, lost }: Message): string[] {
  const lines = items.flatMap(({ texts, count }) => {
    const more = count - texts.length;
    return more > 0 ? [...texts, `… and ${more} more of this kind`] : texts;
  });
  if (lost === 0) return lines;
  return [...lines, `${lost} earlier things could not be sent: ghostgate status, ghostgate watch`];
}

const NAMES: Readonly<Record<Item['kind'], readonly [one: string, many: string]>> = {
  rang: ['ghost call rang', 'ghost calls rang'],
  notice: ['notice', 'notices'],
  breaker: ['ban refused', 'bans refused'],
  link: ['change of a link', 'changes of links'],
  enforcer: ['change of an enforcer', 'changes of enforcers'],
  policy: ['change of the policy', 'changes of the policy'],
  problem: ['problem', 'problems'],
  ban: ['source shut out', 'sources shut out'],
  canary: ['canary caught', 'canaries caught'],
  test: ['test', 'tests'],
};
