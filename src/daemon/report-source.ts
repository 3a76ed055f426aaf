import { setImmediate } from 'node:timers/promises';
import type { History, HistoryCount, HistoryTop } from '../judge/history.ts';
import { HOUR_MS } from '../store/history.ts';
import type { Store } from '../store/store.ts';

const DAY_MS = 24 * HOUR_MS;
/** All names that a day's hours can hold: what is summed up from days is exact. */
const TOPS_OF_A_DAY = 1200;
const TOPS = 100;
const MOST_DAYS = 92;

/**
 * The history by hours, read a day at a time with the judge in between: a busy month in one piece
 * takes a tenth of a second, for which a call in the gate does not wait.
 */
export async function readByDays(
  store: Pick<Store, 'history'>,
  since: number,
  until: number,
): Promise<History> {
  // The store has nothing older, and the days before would be asked for in vain.
  const oldest = until - MOST_DAYS * DAY_MS;
  const from = Math.floor(Math.max(since, oldest) / HOUR_MS) * HOUR_MS;
  const counts: HistoryCount[] = [];
  const sources = createTops();
  const dialled = createTops();
  let countedSince: number | undefined;
  for (let at = from; at < until; at += DAY_MS) {
    const day = store.history(at, Math.min(at + DAY_MS, until), HOUR_MS, TOPS_OF_A_DAY);
    counts.push(...day.counts);
    sources.add(day.sources);
    dialled.add(day.dialled);
    ({ countedSince } = day);
    await setImmediate();
  }
  return {
    since: from,
    until,
    stepMs: HOUR_MS,
    ...(countedSince === undefined ? {} : { countedSince }),
    counts,
    sources: sources.busiest(),
    dialled: dialled.busiest(),
  };
}

function createTops() {
  const found = new Map<string, HistoryTop>();
  return {
    add(tops: readonly HistoryTop[]): void {
      for (const top of tops) {
        const key = `${top.pbx}\n${top.name}`;
        found.set(key, { ...top, count: top.count + (found.get(key)?.count ?? 0) });
      }
    },
    busiest: (): HistoryTop[] =>
      [...found.values()].toSorted((a, b) => b.count - a.count).slice(0, TOPS),
  };
}
