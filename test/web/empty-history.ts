import type { History } from '../../src/judge/history.ts';

const HOUR = 3_600_000;

/** Nothing happened in these hours. */
export function emptyHistory(until: number, hours: number): History {
  const since = until - hours * HOUR;
  return { since, until, stepMs: HOUR, counts: [], sources: [], dialled: [] };
}
