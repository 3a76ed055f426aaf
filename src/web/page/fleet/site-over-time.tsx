import { signal } from '@preact/signals';
import type { Count, SitePast } from '../../../judge/fleet-view.ts';
import { figure, length } from '../../format.ts';
import { AsTable } from '../as-table.tsx';
import { Plot } from '../plot.tsx';

const shown = signal<Count>('stopped');
/** At least so much is drawn: a bar of ten minutes must not fill the picture. */
const LEAST_STEPS = 36;

const NAMES: readonly (readonly [count: Count, name: string])[] = [
  ['stopped', 'Ghost calls stopped'],
  ['rang', 'Of them rang a phone'],
  ['good', 'Good calls'],
  ['bans', 'Bans'],
];

/** Four rates of the last day; the one pressed is plotted below. */
export function SiteOverTime({ past }: { past: SitePast }) {
  const all = past.steps[shown.value];
  const first = all.findIndex((value) => value !== null);
  const from = Math.min(Math.max(first, 0), all.length - LEAST_STEPS);
  const values = all.slice(from);
  const times = values.map((_, at) => past.since + (from + at) * past.stepMs);
  const known = all.filter((value) => value !== null).length;
  const name = NAMES.find(([count]) => count === shown.value)?.[1] ?? '';
  const numbers = values.map((value) => value ?? 0);
  const total = sumOf(all);
  return (
    <section class="card time" aria-label="Over time">
      <div class="tiles" role="group" aria-label="What is plotted">
        {NAMES.map(([count, title]) => (
          <button
            class={`tile ${count === 'rang' && sumOf(past.steps.rang) > 0 ? 'wrong' : ''}`}
            aria-pressed={shown.value === count}
            onClick={() => (shown.value = count)}
            key={count}
          >
            <span class="name">{title}</span>
            <span class="number">{figure(sumOf(past.steps[count]))}</span>
            <span class="more">{known === 0 ? '' : `in ${length(known * past.stepMs)} heard`}</span>
          </button>
        ))}
      </div>
      {total === 0 ? (
        <div class="plot empty">
          <strong>{name}: none in the last day</strong>
          <span>
            {known === 0
              ? 'Rates show after two reports, a minute apart.'
              : `Of ${length(known * past.stepMs)} that were heard.`}
          </span>
        </div>
      ) : (
        <>
          <Plot
            times={times}
            series={[{ name, total, values: numbers }]}
            stepMs={past.stepMs}
            title={name}
          />
          <AsTable title={name} times={times} columns={[{ name, values }]} />
        </>
      )}
    </section>
  );
}

function sumOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
