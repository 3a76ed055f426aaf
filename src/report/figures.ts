import type { HistoryCount, HistoryTop, Measure } from '../judge/history.ts';
import type { NoticeRow } from '../judge/record.ts';
import type { ReportSource } from './source.ts';

/** The report as figures: what `--format json` prints. Times in ms since the epoch. */
export interface ReportFigures {
  readonly site: string;
  readonly version: string;
  readonly name?: string;
  readonly from: number;
  readonly until: number;
  /** Only when counting began later than `from`. */
  readonly countedSince?: number;
  readonly mode: 'observe' | 'enforce';
  readonly isGated: boolean;
  readonly calls: {
    /** Ghost calls that were ended, or gone before they could be. */
    readonly stopped: number;
    /** Ghost calls that a phone rang for before they were rejected. */
    readonly rang: number;
    /** `stopped` less `rang`. */
    readonly quiet: number;
    /** Ghost calls that the PBX did not end when asked; whether a phone rang is not known. */
    readonly notStopped: number;
    /** Ghost calls that were recognised in observe mode, and let through. */
    readonly wouldStop: number;
    readonly passed: number;
    readonly letThrough: number;
  };
  /** Everything else that a rule found fault with: passwords and accounts guessed, mostly. */
  readonly attempts: number;
  readonly shutOut: number;
  readonly wouldShutOut: number;
  readonly released: number;
  /** Percent of the minutes since `from` or `countedSince`; null: too short to say. */
  readonly uptime: {
    readonly ghostgate: number | null;
    readonly pbxs: readonly { readonly name: string; readonly percent: number | null }[];
  };
  readonly stretches: readonly Stretch[];
  /** Ghost calls by the rule that decided, most first. */
  readonly reasons: readonly { readonly rule: string; readonly calls: number }[];
  readonly scanners: readonly { readonly source: string; readonly times: number }[];
  readonly dialled: readonly { readonly number: string; readonly times: number }[];
  /** Newest first. */
  readonly notices: readonly NoticeRow[];
}

/** One bar of the plots. */
export interface Stretch {
  readonly at: number;
  readonly stopped: number;
  readonly rang: number;
  readonly wouldStop: number;
  readonly attempts: number;
}

const MOST_TOPS = 8;
const MINUTE_MS = 60_000;
/** The count of a minute is written a few seconds after it began. */
const LATE_MS = 6000;

/**
 * Sums a history up. What tested the guard itself (`canary`) is in none of the figures.
 * @param starts when each stretch begins, oldest first, the first of them at the report's start
 */
export function reportFigures(source: ReportSource, starts: readonly number[]): ReportFigures {
  const { site, version, mode, isGated, notices, history, pbxs } = source;
  const [from = history.since] = starts;
  const { until, countedSince } = history;
  const counts = history.counts.filter(({ at, rule }) => rule !== 'canary' && at >= from);
  const sum = (measure: Measure): number => total(counts, (count) => count.measure === measure);
  const stopped = sum('stopped');
  const rang = sum('rang');
  const begin = Math.max(from, countedSince ?? until);
  const percent = (pbx: string): number | null => uptime(counts, pbx, begin, until);
  return {
    site,
    version,
    ...(source.name === undefined ? {} : { name: source.name }),
    from,
    until,
    ...(countedSince === undefined || countedSince <= from ? {} : { countedSince }),
    mode,
    isGated,
    calls: {
      stopped,
      rang,
      // One that rang may be one that was not stopped: then this says less, never more.
      quiet: Math.max(0, stopped - rang),
      notStopped: sum('not-stopped'),
      wouldStop: sum('would-stop'),
      passed: sum('passed'),
      letThrough: sum('let-through'),
    },
    attempts: sum('attempt'),
    shutOut: sum('shut-out'),
    wouldShutOut: sum('would-shut-out'),
    released: sum('released'),
    uptime: {
      ghostgate: percent(''),
      pbxs: pbxs.map((name) => ({ name, percent: percent(name) })),
    },
    stretches: stretches(counts, starts),
    reasons: reasons(counts),
    scanners: merged(history.sources).map(({ name, count }) => ({ source: name, times: count })),
    dialled: merged(history.dialled).map(({ name, count }) => ({ number: name, times: count })),
    notices: notices.filter(({ at }) => at >= from),
  };
}

function uptime(
  counts: readonly HistoryCount[],
  pbx: string,
  begin: number,
  until: number,
): number | null {
  const minutes = Math.floor((until - LATE_MS) / MINUTE_MS) - Math.floor(begin / MINUTE_MS);
  if (minutes < 1) return null;
  const up = total(counts, (count) => count.measure === 'minutes-up' && count.pbx === pbx);
  // Rounded down: 100 is said only of all of it.
  return Math.floor((Math.min(up, minutes) / minutes) * 10_000) / 100;
}

function stretches(counts: readonly HistoryCount[], starts: readonly number[]): Stretch[] {
  const found = starts.map((at) => ({ at, stopped: 0, rang: 0, wouldStop: 0, attempts: 0 }));
  for (const { at, measure, count } of counts) {
    const stretch = found.findLast((each) => each.at <= at);
    if (stretch === undefined) continue;
    if (measure === 'stopped') stretch.stopped += count;
    if (measure === 'rang') stretch.rang += count;
    if (measure === 'would-stop') stretch.wouldStop += count;
    if (measure === 'attempt') stretch.attempts += count;
  }
  return found;
}

function reasons(counts: readonly HistoryCount[]): ReportFigures['reasons'] {
  const ghosts = counts.filter(({ measure }) => GHOSTS.includes(measure));
  const rules = [...new Set(ghosts.map(({ rule }) => rule))];
  return rules
    .map((rule) => ({ rule, calls: total(ghosts, (count) => count.rule === rule) }))
    .toSorted((a, b) => b.calls - a.calls || a.rule.localeCompare(b.rule));
}

const GHOSTS: readonly Measure[] = ['stopped', 'not-stopped', 'would-stop'];

/** The busiest of all PBXs together. */
function merged(tops: readonly HistoryTop[]): { name: string; count: number }[] {
  const totals = new Map<string, number>();
  for (const { name, count } of tops) totals.set(name, (totals.get(name) ?? 0) + count);
  return [...totals]
    .map(([name, count]) => ({ name, count }))
    .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name))
    .slice(0, MOST_TOPS);
}

function total(counts: readonly HistoryCount[], fits: (count: HistoryCount) => boolean): number {
  return counts.reduce((sum, count) => (fits(count) ? sum + count.count : sum), 0);
}
