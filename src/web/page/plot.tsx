import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import uPlot from 'uplot';
import type { Series } from '../figures.ts';
import { figure, moment } from '../format.ts';

const HEIGHT = 210;
const WIDE_BAR = 5;

interface PlotProps {
  times: number[];
  series: readonly Series[];
  stepMs: number;
  title: string;
}

/** Bars on top of each other, one colour a series; the legend tells what is under the pointer. */
export function Plot({ times, series, stepMs, title }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const at = useSignal<number | null>(null);
  const data = JSON.stringify([times, series]);
  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const make = (): uPlot =>
      new uPlot(
        optionsOf(current, series, times.length, stepMs, (index) => (at.value = index)),
        stacked(times, series),
        current,
      );
    let plot = make();
    const remake = (): void => {
      plot.destroy();
      plot = make();
    };
    const resized = new ResizeObserver(() =>
      plot.setSize({ width: current.clientWidth, height: HEIGHT }),
    );
    resized.observe(current);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', remake);
    return () => {
      resized.disconnect();
      scheme.removeEventListener('change', remake);
      plot.destroy();
    };
  }, [data]);
  const index = at.value;
  const total = series.reduce((all, each) => all + each.total, 0);
  return (
    <figure class="plotted">
      <div
        ref={box}
        class="plot"
        role="img"
        aria-label={`${title} over time: ${figure(total)} in all; the table below holds each figure`}
      />
      <figcaption>
        <span class="when">{index === null ? 'In all' : moment(times[index] ?? 0)}</span>
        {series.map(({ name, total: all, values }, nth) => (
          <span class="key" key={name}>
            <span class={`swatch s${nth}`} aria-hidden="true" />
            {name} <b>{figure(index === null ? all : (values[index] ?? 0))}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

/** uPlot draws each series from zero: the sum of all goes first, the first series last, on top. */
function stacked(times: readonly number[], series: readonly Series[]): uPlot.AlignedData {
  const sums = times.map(() => 0);
  const lines = series.map(({ values }) =>
    values.map((value, at) => {
      sums[at] = (sums[at] ?? 0) + value;
      return sums[at] ?? 0;
    }),
  );
  return [times.map((time) => time / 1000), ...lines.toReversed()];
}

function optionsOf(
  box: HTMLElement,
  series: readonly Series[],
  bars: number,
  stepMs: number,
  point: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(box);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  // On a phone's width a gap between bars would take half of each.
  const gap = box.clientWidth / bars > WIDE_BAR ? 1 : 0;
  const paths = uPlot.paths.bars?.({ size: [0.9, 60, 1], gap, align: 1 });
  const axis = {
    stroke: colour('--muted'),
    font: '11px system-ui, sans-serif',
    ticks: { show: false },
    grid: { stroke: colour('--line'), width: 1 },
  };
  return {
    width: box.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    scales: {
      x: { range: (_, low, high) => [low, high + stepMs / 1000] },
      y: { range: (_, __, high) => [0, Math.max(4, high * 1.08)] },
    },
    axes: [
      { ...axis, grid: { show: false }, values: TIME_VALUES, space: 56 },
      {
        ...axis,
        size: 44,
        space: 34,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000],
        values: (_, ticks) => ticks.map((tick) => figure(tick)),
      },
    ],
    series: [
      {},
      ...series
        .map((_, nth) => ({
          fill: colour(`--s${nth}`),
          width: 0,
          points: { show: false },
          ...(paths === undefined ? {} : { paths }),
        }))
        .toReversed(),
    ],
    hooks: { setCursor: [({ cursor }) => point(cursor.idx ?? null)] },
  };
}

/** Times of day as clocks here show them, the date where a day begins. */
const TIME_VALUES: uPlot.Axis.DynamicValues | (string | number | null)[][] = [
  [86_400, '{D} {MMM}', null, null, null, null, null, null, 1],
  [3600, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
];
