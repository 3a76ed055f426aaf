import type { History } from '../../src/judge/history.ts';
import type { ReportSource } from '../../src/report/source.ts';

const HOUR = 3_600_000;

/** Nothing happened in these hours. */
export function emptyHistory(until: number, hours: number): History {
  const since = until - hours * HOUR;
  return { since, until, stepMs: HOUR, counts: [], sources: [], dialled: [] };
}

/** A report of it. */
export function emptyReport(until: number, since: number): ReportSource {
  const history = { ...emptyHistory(until, 0), since, countedSince: since };
  const site = { site: 'acme-hq', version: '0.1.0', mode: 'enforce', pbxs: ['acme'] } as const;
  return { ...site, isGated: true, history, notices: [] };
}
