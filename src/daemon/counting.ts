import type { HistoryCount, HistoryTop, Measure, TopKind } from '../judge/history.ts';
import { HOUR_MS, TOPS_AN_HOUR } from '../store/history.ts';
import type { Store } from '../store/store.ts';
import type { Busiest } from './busiest.ts';
import { createBusiest } from './busiest.ts';
import type { Links } from './links.ts';

export interface CountingParts {
  readonly store: Pick<Store, 'count' | 'topsOf'>;
  readonly links: Pick<Links, 'reachable'>;
  /** Called when the counts cannot be stored, once until they can. Must not throw. */
  readonly failed: (error: unknown) => void;
  readonly now: () => number;
}

/** Counts over time: a map read for each event, one small transaction every few seconds. */
export interface Counting {
  add(measure: Measure, pbx: string, rule?: string): void;
  /** One more of the busiest of this hour. */
  busy(kind: TopKind, pbx: string, name: string): void;
  /** Stores what waits. */
  flush(): void;
  close(): void;
}

const FLUSH_MS = 5000;
const MINUTE_MS = 60_000;
/** PBXs, measures and rules are the policy's to name: tens of series, not thousands. */
const MOST_SERIES = 1000;
/** Of each PBX. Sources and dialled numbers are the stranger's to choose. */
const MOST_NAMES = 4000;
const MOST_NAME_CHARS = 64;

export function createCounting(parts: CountingParts): Counting {
  const { store, now } = parts;
  const series = new Map<
    string,
    Pick<HistoryCount, 'pbx' | 'measure' | 'rule'> & { count: number }
  >();
  /** By PBX. */
  const busiest = { source: new Map<string, Busiest>(), dialled: new Map<string, Busiest>() };
  let hourAt = hourOf(now());
  let minute = Math.floor(now() / MINUTE_MS);
  let isBusy = false;
  let failing = false;
  attempt(() => {
    for (const { kind, pbx, name, count } of store.topsOf(hourAt)) {
      busiestOf(kind, pbx).add(name, count);
    }
  });

  function add(measure: Measure, pbx: string, rule = ''): void {
    const key = `${pbx}\n${measure}\n${rule}`;
    const found = series.get(key);
    if (found !== undefined) found.count++;
    else if (series.size < MOST_SERIES) series.set(key, { pbx, measure, rule, count: 1 });
  }

  function flush(): void {
    const at = now();
    if (series.size > 0 || isBusy) {
      const counts = [...series.values()].map((one) => ({ at, ...one }));
      const tops = isBusy ? [...topsOf('source'), ...topsOf('dialled')] : [];
      const stored = attempt(() => store.count(counts, tops, hourAt));
      if (!stored) return;
      series.clear();
      isBusy = false;
    }
    if (hourOf(at) === hourAt) return;
    hourAt = hourOf(at);
    busiest.source.clear();
    busiest.dialled.clear();
  }

  function busiestOf(kind: TopKind, pbx: string): Busiest {
    const found = busiest[kind].get(pbx) ?? createBusiest(MOST_NAMES);
    busiest[kind].set(pbx, found);
    return found;
  }

  function topsOf(kind: TopKind): HistoryTop[] {
    return [...busiest[kind]]
      .flatMap(([pbx, names]) =>
        names.top(TOPS_AN_HOUR).map(([name, count]) => ({ kind, pbx, name, count })),
      )
      .toSorted((a, b) => b.count - a.count)
      .slice(0, TOPS_AN_HOUR);
  }

  function attempt(work: () => void): boolean {
    try {
      work();
      failing = false;
      return true;
    } catch (error) {
      if (!failing) parts.failed(error);
      failing = true;
      return false;
    }
  }

  function tick(): void {
    const current = Math.floor(now() / MINUTE_MS);
    if (current !== minute) {
      minute = current;
      add('minutes-up', '');
      for (const pbx of parts.links.reachable()) add('minutes-up', pbx);
    }
    flush();
  }
  const timer = setInterval(tick, FLUSH_MS).unref();

  return {
    add,
    busy(kind, pbx, name) {
      isBusy = true;
      busiestOf(kind, pbx).add(name.slice(0, MOST_NAME_CHARS));
    },
    flush,
    close() {
      clearInterval(timer);
      flush();
    },
  };
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}
