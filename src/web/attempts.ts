import { LRUCache } from 'lru-cache';

/** Bounds how often a login may fail, for each address and for all of them. */
export interface Attempts {
  /** Seconds until the next try is let through; undefined: now. */
  waitSeconds(from: string): number | undefined;
  /** Takes one try; one that succeeds is given back. True when it was the last one. */
  take(from: string): boolean;
  giveBack(from: string): void;
}

const WINDOW_MS = 300_000;
const MOST_EACH = 8;
/** Guesses from a thousand addresses are guesses all the same. */
const MOST_TOGETHER = 60;
const MOST_ADDRESSES = 5000;

/** Tries are counted before the password is looked at: many at once must not slip through. */
export function createAttempts(now: () => number): Attempts {
  const each = new LRUCache<string, Window>({ max: MOST_ADDRESSES });
  const all: Window = { since: 0, tries: 0 };
  const current = (window: Window): Window => {
    if (now() - window.since >= WINDOW_MS) Object.assign(window, { since: now(), tries: 0 });
    return window;
  };
  const of = (from: string): Window => {
    const found = each.get(from) ?? { since: now(), tries: 0 };
    each.set(from, found);
    return current(found);
  };
  return {
    waitSeconds(from) {
      const full = [
        of(from).tries >= MOST_EACH ? of(from) : undefined,
        current(all).tries >= MOST_TOGETHER ? all : undefined,
      ].filter((window) => window !== undefined);
      if (full.length === 0) return undefined;
      const until = Math.max(...full.map(({ since }) => since + WINDOW_MS));
      return Math.max(1, Math.ceil((until - now()) / 1000));
    },
    take(from) {
      current(all).tries++;
      return ++of(from).tries === MOST_EACH || all.tries === MOST_TOGETHER;
    },
    giveBack(from) {
      of(from).tries = 0;
      all.tries = Math.max(0, all.tries - 1);
    },
  };
}

interface Window {
  since: number;
  tries: number;
}
