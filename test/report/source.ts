import type { HistoryCount, Measure } from '../../src/judge/history.ts';
import type { ReportSource } from '../../src/report/source.ts';

export const HOUR = 3_600_000;
/** Local time, so that days are the same in every zone. */
export const NOW = new Date(2026, 2, 31, 14, 5, 30).getTime();

/** A busy month; the same every time. */
export function aSource(parts: Partial<ReportSource> = {}, days = 30): ReportSource {
  const begin = new Date(2026, 2, 31 - days + 1).getTime();
  const counts: HistoryCount[] = [];
  const add = (at: number, measure: Measure, count: number, rule = '', pbx = 'acme'): void => {
    if (count > 0) counts.push({ at, pbx, measure, rule, count });
  };
  for (let at = begin, hour = 0; at <= NOW; at += HOUR, hour++) {
    const wave = Math.max(0, Math.round(6 * Math.sin(hour / 19) + 4 * Math.sin(hour / 3)));
    add(at, 'stopped', wave, 'junk-caller-id');
    add(at, 'stopped', wave >> 1, 'number-sweep');
    add(at, 'stopped', hour % 50 === 0 ? 40 : 0, 'stranger-call', 'fusion');
    add(at, 'rang', hour === 30 ? 3 : 0, 'stranger-call', 'fusion');
    add(at, 'attempt', wave * 9, 'auth-failure');
    add(at, 'shut-out', wave >> 2, 'junk-caller-id');
    add(at, 'passed', 30, 'trunk');
    const minutes = at + HOUR > NOW ? 5 : 60;
    add(at, 'minutes-up', minutes, '', '');
    add(at, 'minutes-up', hour === 100 ? 48 : minutes, '', 'acme');
    add(at, 'minutes-up', minutes, '', 'fusion');
  }
  return {
    site: 'acme-hq',
    version: '0.1.0',
    mode: 'enforce',
    name: 'Acme IT Services',
    pbxs: ['acme', 'fusion'],
    isGated: true,
    history: {
      since: begin,
      until: NOW,
      stepMs: HOUR,
      countedSince: begin - HOUR,
      counts,
      sources: [
        { kind: 'source', pbx: 'acme', name: '203.0.113.9', count: 3120 },
        { kind: 'source', pbx: 'fusion', name: '203.0.113.9', count: 80 },
        { kind: 'source', pbx: 'acme', name: '2001:db8:7:9::/64', count: 411 },
        { kind: 'source', pbx: 'acme', name: '198.51.100.77', count: 97 },
      ],
      dialled: [
        { kind: 'dialled', pbx: 'acme', name: '900441234567890', count: 212 },
        { kind: 'dialled', pbx: 'acme', name: '0'.repeat(64), count: 57 },
        { kind: 'dialled', pbx: 'acme', name: `<script>alert("'")</script>`, count: 9 },
        { kind: 'dialled', pbx: 'acme', name: '(\\)Ω漢', count: 2 },
      ],
    },
    notices: [
      {
        at: NOW - 4 * HOUR,
        text: 'account 204 at 203.0.113.50 fails to register since 09:12: its password is stale',
      },
    ],
    ...parts,
  };
}
