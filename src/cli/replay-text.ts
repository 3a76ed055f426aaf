import type { Ban } from '../judge/verdict.ts';
import type { Difference } from '../replay/difference.ts';
import type { Tally } from '../replay/tally.ts';
import { styled } from './output.ts';
import type { Output } from './output.ts';
import type { ReplayReport } from './replay-report.ts';
import { table } from './table.ts';
import { wrap } from './text.ts';
import { localTime, span } from './when.ts';

/** The report as a person reads it, a line each. */
export function replayText(report: ReplayReport, out: Output, limit: number): string[] {
  const { tally, against, cannotProve } = report;
  return [
    ...head(report),
    ...section(out, 'Who would have been shut out', banLines(tally, limit)),
    ...harm(out, tally, limit),
    ...(against === undefined
      ? []
      : [
          ...section(out, 'The other policy', summary(against.tally)),
          ...harm(out, against.tally, limit),
          ...section(out, 'The difference', differenceLines(against.differences, limit)),
        ]),
    ...section(
      out,
      'What this cannot prove',
      cannotProve.map((each) => wrap('- ', each)),
    ),
  ];
}

function head(report: ReplayReport): string[] {
  const { tally, files, lines, events, seconds, notBelieved } = report;
  const { firstAt, lastAt } = tally;
  const from =
    firstAt === undefined || lastAt === undefined
      ? ''
      : `, from ${localTime(firstAt)} to ${localTime(lastAt)}`;
  const read = `${count(files.length, 'file')}, ${count(lines, 'line')}, ${count(events, 'event')} in ${seconds} s${from}.`;
  const refused = Object.entries(notBelieved).filter(([, times]) => times > 0);
  return [
    wrap('', read),
    ...summary(tally),
    ...(refused.length === 0
      ? []
      : [
          wrap(
            '',
            `Lines not used: ${refused.map(([why, times]) => `${figure(times)} ${REFUSED[why] ?? why}`).join(', ')}.`,
          ),
        ]),
  ];
}

const REFUSED: Readonly<Record<string, string>> = {
  crafted: 'with a name crafted to look like another field',
  broken: 'broken by a sender’s line end',
  'foreign-thread': 'that the PBX’s security log did not write',
  tainted: 'close before such a trace',
  'told-twice': 'that the security log tells as well',
  'too-long': 'longer than any line of a PBX',
  'not-journal': 'that are no journal',
};

function summary(tally: Tally): string[] {
  const { verdicts, calls, banned, breakerRefused } = tally;
  const answers = Object.entries(verdicts).map(([answer, times]) => `${figure(times)} ${answer}`);
  return [
    wrap(
      '',
      `Verdicts: ${answers.join(', ')}. Calls: ${figure(calls.judged)} judged, ${figure(calls.rejected)} rejected. Bans: ${figure(banned)}, and ${figure(breakerRefused)} that the breaker refused.`,
    ),
  ];
}

function banLines(tally: Tally, limit: number): string[] {
  if (tally.banned === 0) return ['Nobody.'];
  const rows = tally.bans.slice(0, limit).map(banRow);
  return [
    ...table(
      [
        { title: 'WHEN' },
        { title: 'TARGET' },
        { title: 'RULE', atLeast: 8 },
        { title: 'FOR' },
        { title: 'WHY', atLeast: 20 },
      ],
      rows,
    ).split('\n'),
    ...more(tally.banned, rows.length),
    ...(tally.bans.slice(0, limit).some(({ quarantine }) => quarantine)
      ? ['* quarantine: a short ban, for this evidence can be forged']
      : []),
  ];
}

function banRow({ since, target, rule, until, why, quarantine }: Ban): string[] {
  return [localTime(since, true), target, quarantine ? `${rule}*` : rule, span(until - since), why];
}

/** What must not be: told even when there is none. */
function harm(out: Output, tally: Tally, limit: number): string[] {
  const { lost, goodCallsLost, goodBanned, goodSourcesBanned } = tally;
  if (goodCallsLost + goodSourcesBanned === 0) {
    return [styled(out, 'green', '\nNo good call lost, no good source shut out.')];
  }
  return [
    ...section(
      out,
      `Good calls lost: ${figure(goodCallsLost)}`,
      [
        ...lost
          .slice(0, limit)
          .map(({ at, source, callingNumber, calledNumber, rule, why, was }) =>
            wrap(
              `  ${localTime(at, true)}  `,
              `${callingNumber ?? '?'} at ${source} to ${calledNumber ?? '?'}: ${rule}, ${why}; ${was}`,
            ),
          ),
        ...more(goodCallsLost, Math.min(lost.length, limit)),
      ],
      'red',
    ),
    ...section(
      out,
      `Good sources shut out: ${figure(goodSourcesBanned)}`,
      [
        ...goodBanned
          .slice(0, limit)
          .map(({ since, target, rule, why }) =>
            wrap(`  ${localTime(since, true)}  `, `${target}: ${rule}, ${why}`),
          ),
        ...more(goodSourcesBanned, Math.min(goodBanned.length, limit)),
      ],
      'red',
    ),
  ];
}

type Differences = NonNullable<ReplayReport['against']>['differences'];

function differenceLines(differences: Differences, limit: number): string[] {
  const { total, list, onlyOne, onlyOther, callsLost, callsGained } = differences;
  if (total === 0) return ['None: both policies come to the same verdicts.'];
  const names = (targets: readonly string[]): string =>
    `${figure(targets.length)}${targets.length === 0 ? '' : ` (${targets.slice(0, 10).join(', ')}${targets.length > 10 ? ', …' : ''})`}`;
  return [
    wrap('', `${count(total, 'verdict')} differ.`),
    wrap('', `Shut out by the first alone: ${names(onlyOne)}.`),
    wrap('', `Shut out by the other alone: ${names(onlyOther)}.`),
    wrap(
      '',
      `Calls that only the other rejects: ${figure(callsLost)}; that only it lets through: ${figure(callsGained)}.`,
    ),
    ...list.slice(0, limit).map(differenceLine),
    ...more(total, Math.min(list.length, limit)),
  ];
}

function differenceLine(difference: Difference): string {
  const { at, event, source, account, callingNumber, calledNumber, one, other } = difference;
  const who = [
    ...(account === undefined ? [] : [`of ${account}`]),
    ...(callingNumber === undefined ? [] : [`by ${callingNumber}`]),
    ...(calledNumber === undefined ? [] : [`to ${calledNumber}`]),
  ].join(' ');
  const what = `${event}${who === '' ? '' : ` ${who}`} from ${source}`;
  return wrap(
    `  ${localTime(at, true)}  `,
    `${what}: ${one.answer} by ${one.rule} (${one.why}) would be ${other.answer} by ${other.rule} (${other.why})`,
  );
}

function section(
  out: Output,
  title: string,
  lines: readonly string[],
  style: 'bold' | 'red' = 'bold',
): string[] {
  return lines.length === 0 ? [] : [`\n${styled(out, style, title)}`, ...lines];
}

function more(total: number, shown: number): string[] {
  return total > shown
    ? [`… and ${figure(total - shown)} more: --limit shows them, --json up to 10,000.`]
    : [];
}

function count(number: number, one: string): string {
  return `${figure(number)} ${one}${number === 1 ? '' : 's'}`;
}

function figure(number: number): string {
  return number.toLocaleString('en-US');
}
