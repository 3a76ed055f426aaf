/** What was counted in a time. */
export interface Counted {
  readonly ms: number;
  /** Calls of known sources that passed. */
  readonly good: number;
  /** Calls that were rejected though their source had had good ones before. */
  readonly lost: number;
  /** Bans that the breaker refused, or cut down because they came too fast. */
  readonly refused: number;
  readonly overBudget: number;
}

/**
 * Whether a new policy does harm: in words why, undefined when nothing shows. Pure.
 * Each count is held against what was usual by the exact test for two Poisson rates (given their
 * sum, one of them is binomial), so that few calls prove nothing: a quiet night fails nobody.
 * @param usual counted before the change, over several times that end with it
 * @param since counted after it
 */
export function whyHarm(usual: readonly Counted[], since: Counted): string | undefined {
  for (const { count, least, words } of GROWTHS) {
    const found = since[count];
    if (found >= least && usual.every((before) => grew(before, since, count))) {
      return `${words(found)} in ${minutes(since.ms)}${usualWords(usual, since, count)}`;
    }
  }
  const expected = Math.min(...usual.map((before) => (before.good / before.ms) * since.ms));
  if (usual.length === 0 || expected < LEAST_EXPECTED || since.good >= expected / 2)
    return undefined;
  if (!usual.every((before) => fell(before, since))) return undefined;
  return `${since.good} good calls in ${minutes(since.ms)}, where ${Math.round(expected)} were usual`;
}

/** Whether so few good calls are no chance. */
export function fell(before: Pick<Counted, 'ms' | 'good'>, since: Pick<Counted, 'ms' | 'good'>) {
  const share = since.ms / (since.ms + before.ms);
  return atMost(since.good, before.good + since.good, share) < UNLIKELY_FALL;
}

function grew(before: Counted, since: Counted, count: Growth['count']): boolean {
  // A site that has just started knows little of before: that nothing happened is the safer guess.
  // And where nothing did, the few that are enough may come slowly.
  const beforeMs = Math.max(before.ms, before[count] === 0 ? DAY_MS : HOUR_MS);
  const all = before[count] + since[count];
  const share = since.ms / (since.ms + beforeMs);
  return 1 - atMost(since[count] - 1, all, share) < UNLIKELY_GROWTH;
}

interface Growth {
  readonly count: 'lost' | 'refused' | 'overBudget';
  /** Fewer prove nothing, however rare they were. */
  readonly least: number;
  readonly words: (found: number) => string;
}

const GROWTHS: readonly Growth[] = [
  {
    count: 'lost',
    least: 3,
    words: (found) => `${found} calls were rejected whose source had good ones before`,
  },
  {
    count: 'refused',
    least: 3,
    words: (found) => `the breaker refused ${found} bans of sources that are needed`,
  },
  {
    count: 'overBudget',
    least: 10,
    words: (found) => `the breaker cut down ${found} bans that came too fast`,
  },
];

function usualWords(usual: readonly Counted[], { ms }: Counted, count: Growth['count']): string {
  const rates = usual.map((before) => (before[count] / Math.max(before.ms, HOUR_MS)) * ms);
  return `, where ${Math.round(Math.max(0, ...rates) * 10) / 10} were usual`;
}

/** Chance of at most `found` of `all`, when each falls to this side with `share`. */
function atMost(found: number, all: number, share: number): number {
  if (found < 0) return 0;
  if (found >= all) return 1;
  const odds = Math.log(share / (1 - share));
  let term = all * Math.log1p(-share);
  let sum = Math.exp(term);
  for (let at = 0; at < found; at++) {
    term += Math.log((all - at) / (at + 1)) + odds;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

function minutes(ms: number): string {
  const whole = Math.round(ms / 60_000);
  return whole < 1 ? `${Math.max(1, Math.round(ms / 1000))} s` : `${whole} min`;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LEAST_EXPECTED = 10;
/** Looked at each second while a policy is new: a thousand looks must not find chance. */
const UNLIKELY_FALL = 1e-5;
const UNLIKELY_GROWTH = 1e-3;
