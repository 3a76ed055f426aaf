import type { History, HistoryCount, Measure } from '../judge/history.ts';

/** What the plot and the tiles show; in observe mode the judged-only measures stand in. */
export type Shown = 'ghosts' | 'shut-out' | 'passed' | 'attempts';

export interface Shape {
  readonly title: string;
  readonly observed: string;
  readonly measures: readonly Measure[];
  readonly observedMeasures: readonly Measure[];
}

export const SHAPES: Readonly<Record<Shown, Shape>> = {
  ghosts: {
    title: 'Ghost calls stopped',
    observed: 'Ghost calls that would be stopped',
    measures: ['stopped'],
    observedMeasures: ['would-stop'],
  },
  'shut-out': {
    title: 'Sources shut out',
    observed: 'Sources that would be shut out',
    measures: ['shut-out'],
    observedMeasures: ['would-shut-out'],
  },
  passed: {
    title: 'Good calls passed',
    observed: 'Good calls passed',
    measures: ['passed'],
    observedMeasures: ['passed'],
  },
  attempts: {
    title: 'Other attempts',
    observed: 'Other attempts',
    measures: ['attempt'],
    observedMeasures: ['attempt'],
  },
};

export function measuresOf(shown: Shown, observing: boolean): readonly Measure[] {
  const { measures, observedMeasures } = SHAPES[shown];
  return observing ? observedMeasures : measures;
}

export function sum(history: History | undefined, measures: readonly Measure[]): number {
  return (history?.counts ?? [])
    .filter(({ measure }) => measures.includes(measure))
    .reduce((total, { count }) => total + count, 0);
}

/** One colour of the plot. */
export interface Series {
  readonly name: string;
  readonly total: number;
  /** A value for each time. */
  readonly values: readonly number[];
}

const MOST_SERIES = 6;

/** The plot's data: the busiest few by name, the rest together. */
export function seriesOf(
  history: History,
  measures: readonly Measure[],
  by: 'rule' | 'pbx',
): { times: number[]; series: Series[] } {
  const { stepMs, since, until } = history;
  const first = Math.floor(since / stepMs) * stepMs;
  const times: number[] = [];
  for (let at = first; at < until; at += stepMs) times.push(at);
  const counts = history.counts.filter(({ measure }) => measures.includes(measure));
  const totals = totalsOf(counts, by);
  const named = totals.slice(0, MOST_SERIES).map(([name]) => name);
  const names = totals.length > MOST_SERIES ? [...named, 'others'] : named;
  const series = names.map((name) => {
    const own = counts.filter((count) =>
      name === 'others' ? !named.includes(nameOf(count, by)) : nameOf(count, by) === name,
    );
    const values = times.map(() => 0);
    for (const { at, count } of own) {
      const index = Math.floor((at - first) / stepMs);
      values[index] = (values[index] ?? 0) + count;
    }
    return { name, total: own.reduce((total, { count }) => total + count, 0), values };
  });
  return { times, series };
}

/** Busiest first. */
export function totalsOf(
  counts: readonly HistoryCount[],
  by: 'rule' | 'pbx',
): [name: string, total: number][] {
  const totals = new Map<string, number>();
  for (const count of counts) {
    const name = nameOf(count, by);
    totals.set(name, (totals.get(name) ?? 0) + count.count);
  }
  return [...totals].toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b));
}

function nameOf(count: HistoryCount, by: 'rule' | 'pbx'): string {
  const name = by === 'rule' ? count.rule : count.pbx;
  return name === '' ? 'by hand' : name;
}
