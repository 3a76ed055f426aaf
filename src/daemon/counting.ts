import type { HistoryCount, HistoryTop, Measure, TopKind } from '../judge/history.ts';
import { HOUR_MS, TOPS_AN_HOUR } from '../store/history.ts';
import type { Store } from '../store/store.ts';
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
/** Sources and dialled numbers are the stranger's to choose. */
const MOST_NAMES = 4000;
const MOST_NAME_CHARS = 64;

export function createCounting(parts: CountingParts): Counting {
  const { store, now } = parts;
  const series = new Map<
    string,
    Pick<HistoryCount, 'pbx' | 'measure' | 'rule'> & { count: number }
  >();
  const busiest = { source: createBusiest(MOST_NAMES), dialled: createBusiest(MOST_NAMES) };
  let hourAt = hourOf(now());
  let minute = Math.floor(now() / MINUTE_MS);
  let isBusy = false;
  let failing = false;
  attempt(() => {
    for (const top of store.topsOf(hourAt)) busiest[top.kind].add(keyOf(top), top.count);
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

  function topsOf(kind: TopKind): HistoryTop[] {
    return busiest[kind].top(TOPS_AN_HOUR).map(([key, count]) => {
      const [pbx = '', name = ''] = key.split('\n');
      return { kind, pbx, name, count };
    });
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
      busiest[kind].add(keyOf({ pbx, name: name.slice(0, MOST_NAME_CHARS) }));
    },
    flush,
    close() {
      clearInterval(timer);
      flush();
    },
  };
}

/** Names hold no line end: control characters never leave translate. */
function keyOf({ pbx, name }: Pick<HistoryTop, 'pbx' | 'name'>): string {
  return `${pbx}\n${name}`;
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}
