import type { Stretch } from './figures.ts';
import type { Period } from './period.ts';
import { clock, figure, shortDay } from './words.ts';

/** A bar plot as shapes, origin at the top left; whoever draws it knows SVG or PDF. */
export interface Plot {
  readonly bars: readonly Bar[];
  readonly grid: readonly { readonly y: number; readonly label: string }[];
  readonly labels: readonly { readonly x: number; readonly text: string }[];
  /** Left and lower end of the room for bars. */
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly tone: Tone;
  /** What it says: `12 Nov: 34`. */
  readonly text: string;
}

export type Tone = 'good' | 'bad' | 'dull';

export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

const LEFT = 34;
const BELOW = 16;
const ABOVE = 8;

/** @param parts of each bar, from its foot up */
export function barPlot(
  stretches: readonly Stretch[],
  parts: readonly { readonly tone: Tone; readonly value: (stretch: Stretch) => number }[],
  { width, height }: PlotSize,
  period: Period,
): Plot {
  const sums = stretches.map((each) => parts.reduce((sum, { value }) => sum + value(each), 0));
  const ticks = ticksTo(Math.max(0, ...sums));
  const top = ticks.at(-1) ?? 1;
  const bottom = height - BELOW;
  const scale = (bottom - ABOVE) / top;
  const slot = (width - LEFT) / Math.max(1, stretches.length);
  const bars = stretches.flatMap((stretch, at) => {
    let foot = bottom;
    return parts.flatMap(({ tone, value }): Bar[] => {
      const high = value(stretch) * scale;
      if (high === 0) return [];
      foot -= high;
      const text = `${nameOf(stretch.at, period)}: ${figure(value(stretch))}`;
      const x = LEFT + (at + 0.15) * slot;
      return [{ x, y: foot, width: slot * 0.7, height: high, tone, text }];
    });
  });
  const every = Math.ceil(stretches.length / 8);
  return {
    bars,
    grid: ticks.map((tick) => ({ y: bottom - tick * scale, label: figure(tick) })),
    labels: stretches.flatMap(({ at: time }, at) =>
      at % every === 0 ? [{ x: LEFT + (at + 0.5) * slot, text: nameOf(time, period) }] : [],
    ),
    left: LEFT,
    bottom,
    right: width,
  };
}

/** Zero and up to four round steps that hold the most. */
function ticksTo(most: number): number[] {
  const rough = Math.max(1, most) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? 1);
  const whole = Math.ceil(step);
  const count = Math.max(1, Math.ceil(most / whole));
  return Array.from({ length: count + 1 }, (_, at) => at * whole);
}

function nameOf(at: number, period: Period): string {
  return period === '24h' ? clock(at) : shortDay(at);
}
