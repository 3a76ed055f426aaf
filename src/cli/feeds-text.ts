import type { FeedReport, FeedsReport, GeoReport } from '../judge/feeds-report.ts';
import { styled } from './output.ts';
import type { Output, Style } from './output.ts';
import { wrap } from './text.ts';
import { localTime, relative } from './when.ts';

/** Each list and each MMDB file, as lines. */
export function feedLines({ feeds, geo }: FeedsReport, out: Output, now: number): string[] {
  if (feeds.length + geo.length === 0) {
    return ['The policy names no feeds and no MMDB files. docs/feeds.md says how.'];
  }
  return [
    ...feeds.flatMap((feed) => [head(feed, out), ...about(feed, now)]),
    ...geo.map((file) => geoLine(file, out, now)),
  ];
}

function head({ name, use, state, entries }: FeedReport, out: Output): string {
  const words = `${name}: ${state}, ${figure(entries)} ${entries === 1 ? 'entry' : 'entries'} ${USES[use]}`;
  const style = STYLES[state];
  return style === undefined ? words : styled(out, style, words);
}

const USES = { deny: 'denied', evidence: 'as evidence' } as const;
const STYLES: Readonly<Partial<Record<FeedReport['state'], Style>>> = {
  held: 'yellow',
  waiting: 'yellow',
  failing: 'red',
};

function about(feed: FeedReport, now: number): string[] {
  const { name, from, fetchedAt, checkedAt, problem, held, cut, bad } = feed;
  const [cutOne] = feed.cutEntries;
  const [badOne] = feed.badLines;
  const times = [
    ...(fetchedAt === undefined ? [] : [`list of ${moment(fetchedAt, now)}`]),
    ...(checkedAt === undefined ? [] : [`asked ${relative(checkedAt, now)}`]),
  ];
  return [
    line('from', from),
    ...(times.length === 0 ? [] : [line('age', times.join(', '))]),
    ...(held === undefined
      ? []
      : [line('held back', `${held.why}. If that is right: ghostgate feeds accept ${name}`)]),
    ...(problem === undefined ? [] : [line('problem', problem)]),
    ...(cutOne === undefined
      ? []
      : [line('left out', `${figure(cut)}, like ${cutOne.network} (${cutOne.what})`)]),
    ...(badOne === undefined
      ? []
      : [
          line(
            'bad lines',
            `${figure(bad)}, the first: line ${badOne.line} "${badOne.text}": ${badOne.mistake}`,
          ),
        ]),
  ];
}

function geoLine({ what, file, builtAt, problem }: GeoReport, out: Output, now: number): string {
  const made = builtAt === undefined ? 'not read' : `made ${moment(builtAt, now)}`;
  const text = wrap(
    `${what}: `,
    problem === undefined ? `${file}, ${made}` : `${made}; ${problem}`,
  );
  return problem === undefined ? text : styled(out, 'red', text);
}

function line(title: string, words: string): string {
  return wrap(`  ${title.padEnd(10)}`, words);
}

function moment(ms: number, now: number): string {
  return `${localTime(ms)} (${relative(ms, now)})`;
}

function figure(n: number): string {
  return n.toLocaleString('en-US');
}
