import type { ReportFigures } from './figures.ts';
import type { Period } from './period.ts';

/** The report in the words of somebody who has never heard of SIP. */
export interface ReportWords {
  readonly title: string;
  /** `acme-hq, 28 Oct to 26 Nov 2026` */
  readonly of: string;
  /** What matters most, a sentence or two. */
  readonly headline: string;
  readonly about: string;
  readonly tiles: readonly { readonly figure: string; readonly label: string }[];
  readonly plots: { readonly ghosts: PlotWords; readonly attempts: PlotWords };
  readonly reasons: readonly (readonly [what: string, count: string])[];
  readonly scanners: readonly (readonly [what: string, count: string])[];
  readonly dialled: readonly (readonly [what: string, count: string])[];
  readonly notices: readonly (readonly [when: string, text: string])[];
  readonly uptime: readonly (readonly [what: string, percent: string])[];
  /** What one should know to read the figures rightly. */
  readonly notes: readonly string[];
  readonly footer: string;
}

export interface PlotWords {
  readonly title: string;
  /** For who cannot see it. */
  readonly description: string;
}

const MOST_NOTICES = 4;
const ABOUT =
  'A ghost call is a call that nobody stands behind: machines search the internet for phone systems, a phone rings, and nobody is there.';

export function reportWords(figures: ReportFigures, period: Period): ReportWords {
  const { calls, attempts, shutOut, wouldShutOut, uptime, mode, site, from, until } = figures;
  const unit = period === '24h' ? 'hour' : 'day';
  const isObserving = mode === 'observe';
  const ghosts = isObserving ? calls.wouldStop : calls.stopped;
  const found = isObserving ? 'recognised' : 'stopped';
  return {
    title: 'Phone system security report',
    of: `${site}, ${spanOf(period, from, until)}`,
    headline: headline(figures),
    about: ABOUT,
    tiles: [
      { figure: figure(ghosts), label: `ghost calls ${found}` },
      isObserving
        ? { figure: figure(calls.wouldStop), label: 'of them let through: it only watches' }
        : { figure: figure(calls.rang), label: 'of them rang a phone' },
      isObserving
        ? { figure: figure(wouldShutOut), label: 'scanners that would be shut out' }
        : { figure: figure(shutOut), label: 'times a scanner was shut out' },
      { figure: figure(attempts), label: 'other attempts to get in' },
      { figure: percent(guarded(figures)), label: 'of the time guarded' },
    ],
    plots: {
      ghosts: {
        title: `Ghost calls ${found}, by ${unit}`,
        description: described(figures, unit, period, (stretch) =>
          isObserving ? stretch.wouldStop : stretch.stopped,
        ),
      },
      attempts: {
        title: `Other attempts to get in, by ${unit}`,
        description: described(figures, unit, period, (stretch) => stretch.attempts),
      },
    },
    reasons: figures.reasons.map(({ rule, calls: n }) => [REASONS.get(rule) ?? rule, figure(n)]),
    scanners: figures.scanners.map(({ source, times }) => [source, figure(times)]),
    dialled: figures.dialled.map(({ number, times }) => [number, figure(times)]),
    notices: noticesOf(figures),
    uptime: [
      ['Ghostgate ran', percent(uptime.ghostgate)],
      ...uptime.pbxs.map(({ name, percent: up }) => [`watched ${name}`, percent(up)] as const),
    ],
    notes: notes(figures),
    footer: `Made by Ghostgate ${figures.version} on ${day(until)} ${clock(until)}.`,
  };
}

function headline({ calls, mode }: ReportFigures): string {
  const { stopped, rang, quiet, notStopped, wouldStop } = calls;
  const them = notStopped === 1 ? 'it' : 'them';
  const left = `recognised, but the phone system did not end ${them} when asked.`;
  if (mode === 'observe' && stopped === 0) {
    return wouldStop === 0
      ? 'No ghost call came in this time. Ghostgate only watches so far.'
      : `Ghostgate only watches so far: it recognised ${count(wouldStop, 'ghost call')} and let ${wouldStop === 1 ? 'it' : 'them'} through. Switched to enforce, it would have stopped ${wouldStop === 1 ? 'it' : 'them'}.`;
  }
  if (stopped === 0 && notStopped === 0) return 'No ghost call came in this time.';
  if (stopped === 0) {
    return `${count(notStopped, 'ghost call')} ${notStopped === 1 ? 'was' : 'were'} ${left}`;
  }
  const more = `${figure(notStopped)} more ${notStopped === 1 ? 'was' : 'were'} ${left}`;
  const all = `${count(stopped, 'ghost call')} ${stopped === 1 ? 'was' : 'were'} stopped.`;
  const phones =
    rang === 0
      ? 'The phones stayed quiet: none of them rang a phone.'
      : quiet === 0
        ? `But for ${figure(rang)} a phone rang before the call was ended.`
        : `For ${figure(quiet)} of them the phones stayed quiet; for ${figure(rang)} a phone rang before the call was ended.`;
  return [all, phones, ...(notStopped === 0 ? [] : [more])].join(' ');
}

function noticesOf({ notices }: ReportFigures): ReportWords['notices'] {
  const shown = notices.slice(0, MOST_NOTICES).map(({ at, text }) => [day(at), text] as const);
  const more = notices.length - shown.length;
  return more > 0 ? [...shown, ['', `and ${figure(more)} more`]] : shown;
}

/** Guarded is who is watched: the least of the links counts. */
function guarded({ uptime }: ReportFigures): number | null {
  const all = [uptime.ghostgate, ...uptime.pbxs.map(({ percent: up }) => up)];
  return all.reduce((least, each) =>
    least === null || each === null ? null : Math.min(least, each),
  );
}

function notes({ countedSince, uptime, isGated, calls, mode }: ReportFigures): string[] {
  return [
    ...(countedSince === undefined
      ? []
      : [`Counting began on ${day(countedSince)} ${clock(countedSince)}.`]),
    ...(uptime.ghostgate !== null && uptime.ghostgate < 100
      ? ['What happened while Ghostgate did not run is in none of these figures.']
      : []),
    ...(mode === 'enforce' && !isGated && calls.stopped > 0
      ? ['Without the gate in the phone system a call can reach a phone before it is ended.']
      : []),
    'Addresses and numbers are what the callers gave or used; an address can belong to a machine that was itself broken into.',
  ];
}

function described(
  { stretches }: ReportFigures,
  unit: string,
  period: Period,
  value: (stretch: ReportFigures['stretches'][number]) => number,
): string {
  const values = stretches.map(value);
  const most = Math.max(0, ...values);
  const at = stretches[values.indexOf(most)]?.at ?? 0;
  const all = values.reduce((sum, each) => sum + each, 0);
  if (most === 0) return `${stretches.length} bars, one for each ${unit}; all are zero.`;
  const when = period === '24h' ? clock(at) : day(at);
  return `${stretches.length} bars, one for each ${unit}; ${figure(all)} in all, most on ${when}: ${figure(most)}.`;
}

/** `28 Oct to 26 Nov 2026`, or `25 Nov 2026 15:00 to 26 Nov 2026 14:05`. */
function spanOf(period: Period, from: number, until: number): string {
  if (period === '24h') return `${day(from)} ${clock(from)} to ${day(until)} ${clock(until)}`;
  const sameYear = new Date(from).getFullYear() === new Date(until).getFullYear();
  return `${sameYear ? shortDay(from) : day(from)} to ${day(until)}`;
}

export function day(ms: number): string {
  return `${shortDay(ms)} ${new Date(ms).getFullYear()}`;
}

/** `26 Nov` in local time. */
export function shortDay(ms: number): string {
  const date = new Date(ms);
  return `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}`;
}

export function clock(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes()].map((n) => String(n).padStart(2, '0')).join(':');
}

export function figure(n: number): string {
  return n.toLocaleString('en-US');
}

function percent(of: number | null): string {
  return of === null ? 'not known yet' : `${of}%`;
}

function count(n: number, one: string): string {
  return `${figure(n)} ${one}${n === 1 ? '' : 's'}`;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Why calls were refused. Rules that are not here stand by their own name. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['stranger-call', 'Came from an unknown machine on the internet'],
  ['junk-caller-id', 'Showed a number that no caller has'],
  ['scanner-user-agent', 'Named itself as a scanning tool'],
  ['scanner-shape', 'Bore the marks of a scanning tool'],
  ['number-sweep', 'Tried one number behind many prefixes'],
  ['dialled-junk', 'Dialled what only scanners dial'],
  ['bad-request', 'Sent requests that no phone sends'],
  ['account-sweep', 'Had tried many accounts'],
  ['auth-failure', 'Had guessed passwords'],
  ['unknown-account', 'Had guessed accounts'],
  ['acl-denied', 'Had been refused again and again'],
  ['flood', 'Sent far more than any phone does'],
  ['slow-scan', 'Tried a little every day, for days'],
  ['by-hand', 'Shut out by a person'],
]);
