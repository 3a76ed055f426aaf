import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/** Counts one more of these label values, in the order of the label names. */
export type Tally = (a?: string, b?: string, c?: string, d?: string) => void;

/**
 * A counter for the event path. prom-client sorts and joins its labels at every count; here one
 * map read finds a number, and prom-client learns the sums when somebody asks for them.
 * Bounded: beyond MAX_SERIES, label values are counted as `other`.
 */
export function tally(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[] = [],
): Tally {
  const series = new Map<string, { labels: Record<string, string>; count: number }>();
  const counter = new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [],
    collect() {
      this.reset();
      for (const { labels, count } of series.values()) this.inc(labels, count);
    },
  });
  registry.registerMetric(counter);
  if (labelNames.length === 0) series.set('\n\n\n', { labels: {}, count: 0 });

  function begin(key: string, values: readonly string[]): void {
    if (series.size < MAX_SERIES) {
      series.set(key, { labels: labelled(labelNames, values), count: 1 });
      return;
    }
    const other = labelNames.map(() => 'other');
    const rest = series.get('other') ?? { labels: labelled(labelNames, other), count: 0 };
    rest.count++;
    series.set('other', rest);
  }

  return (a = '', b = '', c = '', d = '') => {
    const key = `${a}\n${b}\n${c}\n${d}`;
    const found = series.get(key);
    if (found === undefined) begin(key, [a, b, c, d]);
    else found.count++;
  };
}

/** Every label value is a name of ours (PBX, rule, verdict): a policy holds tens, not thousands. */
const MAX_SERIES = 2000;
const MAX_LABEL_CHARS = 64;

function labelled(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name, at) => [name, (values[at] ?? '').slice(0, MAX_LABEL_CHARS)]),
  );
}
