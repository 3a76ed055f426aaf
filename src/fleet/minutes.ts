import type { Count, Counts, SitePast } from '../judge/fleet-view.ts';
import type { Increase } from './increase.ts';

/** What happened at one site, a minute for each value, for a day. 23 kB. */
export interface Minutes {
  add(increase: Increase): void;
  /** Sums of the last hour; undefined when nothing is known of it. */
  lastHour(now: number): Counts | undefined;
  /** The whole day by steps of ten minutes. */
  past(now: number): SitePast;
}

const COUNTS: readonly Count[] = ['stopped', 'good', 'rang', 'bans'];
const MINUTE_MS = 60_000;
const DAY = 1440;
const HOUR = 60;
const STEP = 10;

/**
 * A ring. What happened between two reports is spread over the minutes between them, so that a
 * site that was silent for hours makes no peak when it is heard again.
 */
export function createMinutes(): Minutes {
  const values = new Float32Array(DAY * COUNTS.length).fill(Number.NaN);
  /** The newest minute that the ring holds. */
  let newest = -1;

  const forward = (minute: number): void => {
    for (let at = Math.max(newest + 1, minute - DAY + 1); at <= minute; at++) {
      values.fill(Number.NaN, slotOf(at, 0), slotOf(at, 0) + COUNTS.length);
    }
    newest = Math.max(newest, minute);
  };
  const sumOf = (from: number, to: number): number[] | undefined => {
    const sums = COUNTS.map(() => 0);
    let isKnown = false;
    for (let minute = Math.max(from, newest - DAY + 1); minute <= Math.min(to, newest); minute++) {
      for (const nth of COUNTS.keys()) {
        const value = values[slotOf(minute, nth)] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        isKnown = true;
        sums[nth] = (sums[nth] ?? 0) + value;
      }
    }
    return isKnown ? sums : undefined;
  };

  return {
    add({ from, to, counts }) {
      const last = minuteOf(to);
      const first = Math.max(minuteOf(from), last - DAY + 1);
      // A clock that was set back by a day or more: what the ring holds is of another time.
      if (last <= newest - DAY) newest = -1;
      forward(last);
      for (let minute = first; minute <= last; minute++) {
        const start = Math.max(from, minute * MINUTE_MS);
        const share = (Math.min(to, (minute + 1) * MINUTE_MS) - start) / (to - from);
        if (!(share > 0)) continue;
        for (const [nth, count] of COUNTS.entries()) {
          const slot = slotOf(minute, nth);
          const held = values[slot] ?? Number.NaN;
          values[slot] = (Number.isNaN(held) ? 0 : held) + counts[count] * share;
        }
      }
    },
    lastHour(now) {
      const sums = sumOf(minuteOf(now) - HOUR + 1, minuteOf(now));
      return sums === undefined ? undefined : named((nth) => Math.round(sums[nth] ?? 0));
    },
    past(now) {
      const end = Math.floor(minuteOf(now) / STEP) * STEP;
      const begin = end - DAY + STEP;
      const sums = Array.from({ length: DAY / STEP }, (_, step) =>
        sumOf(begin + step * STEP, begin + step * STEP + STEP - 1),
      );
      return {
        since: begin * MINUTE_MS,
        stepMs: STEP * MINUTE_MS,
        steps: named((nth) => whole(sums.map((sum) => sum?.[nth]))),
      };
    },
  };
}

/** Whole numbers with the same sum: what was spread thinly must not vanish by rounding. */
function whole(values: readonly (number | undefined)[]): (number | null)[] {
  let [exact, told] = [0, 0];
  return values.map((value) => {
    if (value === undefined) return null;
    exact += value;
    const next = Math.round(exact) - told;
    told += next;
    return next;
  });
}

function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS);
}

function slotOf(minute: number, nth: number): number {
  return (minute % DAY) * COUNTS.length + nth;
}

function named<T>(valueOf: (nth: number) => T): Record<Count, T> {
  return { stopped: valueOf(0), good: valueOf(1), rang: valueOf(2), bans: valueOf(3) };
}
