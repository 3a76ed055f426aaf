import type { SiteState } from './operator.ts';

/** What a site counted between two words of it, and what it had before. */
export interface Grown {
  readonly ms: number;
  readonly good: number;
  readonly refused: number;
  readonly overBudget: number;
  /** Good calls in the hour before, and so many of them as belong into this time. */
  readonly usual: number;
  readonly expected: number;
}

const WEIGHTS = ['usual', 'refused', 'overBudget'] as const;

export function growthOf(
  first: SiteState | undefined,
  last: SiteState | undefined,
): Grown | undefined {
  // One that started anew counts from nothing: it has no part in this.
  if (first === undefined || first.report.startedAt !== last?.report.startedAt) return undefined;
  const [then, since] = [first.report, last.report];
  const ms = last.at - first.at;
  const good = since.calls.good - then.calls.good;
  const refused = since.breaker.refused - then.breaker.refused;
  const overBudget = since.breaker.overBudget - then.breaker.overBudget;
  // Nor has one whose counters go back.
  if (Math.min(ms, good, refused, overBudget) < 0) return undefined;
  const usual = then.policy?.goodLastHour ?? 0;
  return { ms, good, refused, overBudget, usual, expected: (usual * ms) / HOUR_MS };
}

export function added(sites: readonly Grown[]): Grown {
  const sum = { ms: 0, good: 0, refused: 0, overBudget: 0, usual: 0, expected: 0 };
  for (const one of sites) {
    sum.ms += one.ms;
    sum.good += one.good;
    sum.refused += one.refused;
    sum.overBudget += one.overBudget;
    sum.usual += one.usual;
    sum.expected += one.expected;
  }
  return sum;
}

/** All of them, and then those without each that has more than half of something. */
export function withoutGreatest(all: readonly Grown[]): readonly (readonly Grown[])[] {
  const less = WEIGHTS.map((weight) => {
    const sum = all.reduce((total, one) => total + one[weight], 0);
    const greatest = all.find((one) => one[weight] * 2 > sum);
    return greatest === undefined ? all : all.filter((one) => one !== greatest);
  });
  return [...new Set([all, ...less])].filter((one) => one === all || one.length > 0);
}

const HOUR_MS = 3_600_000;
