import { LRUCache } from 'lru-cache';

/** Claims of registrations: each worth asking the PBX at once for a while, then no more. */
export interface Hints {
  /** Reports whether this claim is new, and the first that waits. */
  add(key: string): boolean;
  /** Reports whether somebody claimed this; it waits no longer. */
  confirm(key: string): boolean;
  /** Gives up what has waited too long, and reports whether anything still waits. */
  waiting(): boolean;
}

/** More than phones register in a few seconds; beyond that the regular question finds them. */
const MAX_HINTS = 1000;
/** A contact is stored a moment after the password was right; later it is not coming. */
const HOPE_MS = 5000;

/** @param doubtMs how long a claim that was not confirmed is not asked about again */
export function hintBook(now: () => number, doubtMs: number): Hints {
  /** In the order they came, so that the first to give up stands first. */
  const hoped = new Map<string, number>();
  const doubted = new LRUCache<string, number>({ max: MAX_HINTS });
  return {
    add(key) {
      const doubtful = (doubted.get(key) ?? 0) > now();
      if (doubtful || hoped.has(key) || hoped.size >= MAX_HINTS) return false;
      hoped.set(key, now() + HOPE_MS);
      return hoped.size === 1;
    },
    confirm: (key) => hoped.delete(key) || doubted.delete(key),
    waiting() {
      for (const [key, until] of hoped) {
        if (until > now()) break;
        hoped.delete(key);
        doubted.set(key, now() + doubtMs);
      }
      return hoped.size > 0;
    },
  };
}
