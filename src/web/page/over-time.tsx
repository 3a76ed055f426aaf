import { signal } from '@preact/signals';
import type { Shown } from '../figures.ts';
import { SHAPES, measuresOf, seriesOf, sum } from '../figures.ts';
import { dateTime, figure } from '../format.ts';
import { AsTable } from './as-table.tsx';
import { Plot } from './plot.tsx';
import type { Span } from './state.ts';
import { history, isObserving, span, status } from './state.ts';

const shown = signal<Shown>('ghosts');
const by = signal<'rule' | 'pbx'>('rule');

/** Four figures of the chosen time; the one pressed is plotted below. */
export function OverTime() {
  return (
    <section class="card time" aria-label="Over time">
      <div class="tiles" role="group" aria-label="What is plotted">
        <Tile of="ghosts" />
        <Tile of="shut-out" />
        <Tile of="passed" />
        <Tile of="attempts" />
      </div>
      <div class="choices">
        <Choice
          name="Time"
          value={String(span.value)}
          options={SPANS}
          choose={(value) => (span.value = SPAN_OF[value] ?? 24)}
        />
        <Choice
          name="Split by"
          value={by.value}
          options={[
            ['rule', 'by rule'],
            ['pbx', 'by PBX'],
          ]}
          choose={(value) => (by.value = value === 'pbx' ? 'pbx' : 'rule')}
        />
      </div>
      <Drawn />
    </section>
  );
}

const SPANS: readonly (readonly [string, string])[] = [
  ['24', '24 h'],
  ['168', '7 d'],
  ['720', '30 d'],
  ['2160', '90 d'],
];
const SPAN_OF: Readonly<Record<string, Span>> = { 24: 24, 168: 168, 720: 720, 2160: 2160 };

function Tile({ of }: { of: Shown }) {
  const observing = isObserving.value;
  const shape = SHAPES[of];
  const total = sum(history.value, measuresOf(of, observing));
  const rang = sum(history.value, ['rang']);
  const letThrough = sum(history.value, ['let-through']);
  return (
    <button class="tile" aria-pressed={shown.value === of} onClick={() => (shown.value = of)}>
      <span class="name">{observing ? shape.observed : shape.title}</span>
      <span class="number">{history.value === undefined ? '–' : figure(total)}</span>
      {of === 'ghosts' && !observing && (
        <span class={`more ${rang > 0 ? 'warn' : ''}`}>
          {rang > 0 ? `${figure(rang)} after a phone rang` : '0 rang'}
        </span>
      )}
      {of === 'shut-out' && <span class="more">{figure(status.value?.bans.active ?? 0)} now</span>}
      {of === 'attempts' && <span class="more">registrations, mostly</span>}
      {of === 'passed' && letThrough > 0 && (
        <span class="more">{figure(letThrough)} of strangers let through</span>
      )}
    </button>
  );
}

function Drawn() {
  const past = history.value;
  if (past === undefined) return <div class="plot empty">Reading what was counted…</div>;
  const observing = isObserving.value;
  const shape = SHAPES[shown.value];
  const title = observing ? shape.observed : shape.title;
  const { times, series } = seriesOf(past, measuresOf(shown.value, observing), by.value);
  if (series.length === 0) {
    const since =
      past.countedSince === undefined
        ? 'Nothing was counted yet.'
        : `Counted since ${dateTime(past.countedSince)}.`;
    return (
      <div class="plot empty">
        <strong>{title}: none in this time</strong>
        <span>{since}</span>
      </div>
    );
  }
  return (
    <>
      <Plot times={times} series={series} stepMs={past.stepMs} title={title} />
      <AsTable title={title} times={times} columns={series} />
    </>
  );
}

export function Choice(props: {
  name: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  choose: (value: string) => void;
}) {
  return (
    <div class="choice" role="group" aria-label={props.name}>
      {props.options.map(([value, label]) => (
        <button
          key={value}
          aria-pressed={value === props.value}
          onClick={() => props.choose(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
