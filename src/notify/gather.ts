import type { NotifyKind } from '../policy/policy-notify.ts';
import type { Item } from './message.ts';
import { MOST_TEXTS, tidy } from './message.ts';

/** What waits to be told over one channel. Bounded: texts by kind, the rest counted. No clock of its own. */
export interface Gather {
  add(kind: NotifyKind, text: string, now: number): void;
  /** When the next message may go (ms since the epoch); undefined while nothing waits. */
  dueAt(now: number): number | undefined;
  /** All that waits; from now on it counts as told. */
  take(now: number): Item[];
  readonly waiting: number;
}

const HOUR_MS = 3_600_000;
/** What comes in a burst goes into the first message already. */
const WAIT_MS = 10_000;

export function createGather(bounds: {
  readonly groupSeconds: number;
  readonly mostPerHour: number;
}): Gather {
  const groupMs = bounds.groupSeconds * 1000;
  const waitMs = Math.min(WAIT_MS, groupMs);
  const waiting = new Map<NotifyKind, { count: number; texts: string[] }>();
  /** Messages of the last hour, oldest first. */
  let taken: number[] = [];
  let firstAt: number | undefined;
  let firstLoudAt: number | undefined;

  return {
    add(kind, text, now) {
      firstAt ??= now;
      // A ban alone is no reason to disturb anybody: it waits for company, or for its digest.
      if (kind !== 'ban') firstLoudAt ??= now;
      const found = waiting.get(kind) ?? { count: 0, texts: [] };
      waiting.set(kind, found);
      found.count++;
      const tidied = tidy(text);
      if (found.texts.length < MOST_TEXTS && !found.texts.includes(tidied)) {
        found.texts.push(tidied);
      }
    },
    dueAt(now) {
      if (firstAt === undefined) return undefined;
      taken = taken.filter((at) => at > now - HOUR_MS);
      const ready = firstLoudAt === undefined ? firstAt + groupMs : firstLoudAt + waitMs;
      const apart = (taken.at(-1) ?? -Infinity) + groupMs;
      const over = taken.length - bounds.mostPerHour;
      const allowed = over < 0 ? -Infinity : (taken[over] ?? now) + HOUR_MS;
      return Math.max(ready, apart, allowed);
    },
    take(now) {
      const items = [...waiting].map(([kind, found]) => ({ kind, ...found }));
      waiting.clear();
      firstAt = undefined;
      firstLoudAt = undefined;
      taken.push(now);
      return items;
    },
    get waiting() {
      return [...waiting.values()].reduce((sum, { count }) => sum + count, 0);
    },
  };
}
