import type { History } from '../judge/history.ts';
import type { StatusReport } from './status-report.ts';
import { sum } from './figures.ts';
import { counted, figure, length } from './format.ts';

export interface Headline {
  readonly tone: 'good' | 'watch' | 'bad';
  readonly text: string;
  /** What a screen reader is to say at once; it stays the same while the matter does. */
  readonly alert?: string;
}

const DAY_MS = 86_400_000;

/** The one line on top: true figures, and never calm when something is wrong. */
export function headline(
  status: Pick<StatusReport, 'mode'> & { readonly problems: readonly string[] },
  day: History | undefined,
  lostAt: number | undefined,
  now: number,
): Headline {
  if (lostAt !== undefined) {
    const text = `No connection to Ghostgate for ${length(now - lostAt)}; what you see may be old.`;
    return { tone: 'bad', text, alert: 'No connection to Ghostgate.' };
  }
  const [first, ...others] = status.problems;
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` (and ${figure(others.length)} more)`;
    const text = `To be put right: ${first}${more}`;
    return { tone: 'bad', text, alert: text };
  }
  if (day === undefined) return { tone: 'good', text: 'Reading the last 24 hours…' };
  const time = timeOf(day, now);
  if (status.mode === 'observe') {
    const ghosts = counted(sum(day, ['would-stop']), 'ghost call');
    return {
      tone: 'watch',
      text: `Observing, nothing is touched: ${ghosts} would have been stopped ${time}.`,
    };
  }
  const rang = sum(day, ['rang']);
  const failed = sum(day, ['not-stopped']);
  const stopped = counted(sum(day, ['stopped']), 'ghost call');
  const isCalm = rang + failed === 0;
  const escaped = failed === 0 ? '' : `, ${figure(failed)} not hung up by the PBX`;
  const late = rang === 0 ? '0 rang' : `${figure(rang)} of them only after a phone rang`;
  return {
    tone: isCalm ? 'good' : 'watch',
    text: `${isCalm ? 'All quiet' : 'Guarding'}: ${stopped} stopped ${time}, ${late}${escaped}.`,
  };
}

/** Nobody counted before Ghostgate ran: the figure is told for the time it is true of. */
function timeOf({ countedSince }: History, now: number): string {
  if (countedSince !== undefined && now - countedSince < DAY_MS - 3_600_000) {
    return `in the last ${length(now - countedSince)}`;
  }
  return countedSince === undefined ? 'so far' : 'in 24\u00a0h';
}
