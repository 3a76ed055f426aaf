import type { History, Measure } from '../judge/history.ts';
import { outages } from '../web/health.ts';
import type { Told } from './follow.ts';
import { styled } from './output.ts';
import type { Output, Style } from './output.ts';
import { cut, pad, widthOf } from './text.ts';
import type { Filter, Happening } from './watch-lines.ts';
import { localTime, span } from './when.ts';

/** All that the screen shows. */
export interface Watched {
  readonly status?: (Told & { kind: 'status' })['status'];
  /** Of the last 24 hours. */
  readonly history?: History;
  /** Oldest first. */
  readonly happenings: readonly Happening[];
  /** Why nothing comes. */
  readonly lost?: string;
  readonly isPaused: boolean;
}

/** The screen as lines, none wider than its columns, exactly as many as its rows. */
export function frame(
  watched: Watched,
  size: { readonly columns: number; readonly rows: number },
  filter: Filter,
  out: Pick<Output, 'colour'>,
  now: number,
): string[] {
  const { columns, rows } = size;
  const paint = (text: string, style?: Style): string => {
    const fitted = cut(text, columns);
    return style === undefined ? fitted : styled({ ...out, ...NOWHERE }, style, fitted);
  };
  const head = headLines(watched, filter, now, columns).map(([text, style]) => paint(text, style));
  const isOneOfMany = (watched.status?.pbxs.length ?? 1) > 1 && filter.pbx === undefined;
  const keys = watched.isPaused ? 'q quit   p go on   (paused)' : 'q quit   p pause';
  const room = Math.max(0, rows - head.length - 1);
  const stream = watched.happenings
    .slice(watched.happenings.length - Math.min(room, watched.happenings.length))
    .map(({ at, sort, text, style, pbx = '' }) => {
      const where = isOneOfMany ? `${pad(pbx, 6)} ` : '';
      return paint(`${localTime(at, true).slice(11)} ${pad(sort, 8)} ${where}${text}`, style);
    });
  const empty = Array<string>(room - stream.length).fill('');
  return [...head, ...stream, ...empty, paint(keys, 'dim')].slice(-Math.max(1, rows));
}

type Line = readonly [text: string, style?: Style];
const NOWHERE = { out: () => {}, err: () => {} };
/** Each of problems and notices: the screen is for what happens. */
const MOST_LINES = 2;

function headLines(
  { status, history, lost }: Watched,
  filter: Filter,
  now: number,
  columns: number,
): Line[] {
  const clock = localTime(now, true).slice(11);
  if (status === undefined) {
    return [[spread('Ghostgate', clock, columns), 'bold'], [lost ?? 'asking the daemon …']];
  }
  const { version, site, mode, startedAt, pbxs, enforcers, notices, problems, bans } = status;
  const title = `Ghostgate ${version} at ${site}: ${mode}, up for ${span(now - startedAt)}`;
  const links = pbxs.map(({ name, state, version: software }) =>
    [name, state, software === undefined ? '' : `(${software})`].join(' ').trim(),
  );
  const places = enforcers.map(({ name, state, present }) => `${name} ${state}, ${present}`);
  const standing: Line[] =
    lost !== undefined
      ? [[lost, 'red']]
      : problems.length === 0
        ? [['All is well.', 'green']]
        : few(problems, outages(status).length > 0 ? 'red' : 'yellow');
  const only = filter.only === undefined ? [] : [`only ${[...filter.only].join(', ')}`];
  const shown = [...(filter.pbx === undefined ? [] : [`PBX ${filter.pbx}`]), ...only].join(', ');
  return [
    [spread(title, clock, columns), 'bold'],
    [`PBX       ${links.join(' · ')}`],
    [`Enforcer  ${places.join(' · ')}`],
    [`24 hours  ${figures(history, mode, filter)}; ${figure(bans.active)} bans in force`],
    ...standing,
    ...few(
      notices.map((notice) => `Notice    ${notice}`),
      'yellow',
    ),
    [`──${shown === '' ? '' : ` ${shown} `}`.padEnd(columns, '─'), 'dim'],
  ];
}

function few(texts: readonly string[], style: Style): Line[] {
  const shown = texts.slice(0, MOST_LINES).map((text): Line => [text, style]);
  const more = texts.length - shown.length;
  return more > 0 ? [...shown, [`and ${more} more: ghostgate status`, style]] : shown;
}

function figures(history: History | undefined, mode: string, { pbx }: Filter): string {
  if (history === undefined) return '…';
  const sum = (measure: Measure): number =>
    history.counts
      .filter((count) => count.measure === measure && (pbx === undefined || count.pbx === pbx))
      .reduce((total, { count }) => total + count, 0);
  if (mode === 'observe') {
    return `would be stopped: ${calls(sum('would-stop'))}; would be shut out: ${sources(sum('would-shut-out'))}`;
  }
  const shutOut = `${sources(sum('shut-out'))} shut out`;
  return `${calls(sum('stopped'))} stopped, ${figure(sum('rang'))} rang; ${shutOut}`;
}

function calls(n: number): string {
  return `${figure(n)} ghost call${n === 1 ? '' : 's'}`;
}

function sources(n: number): string {
  return `${figure(n)} source${n === 1 ? '' : 's'}`;
}

function spread(left: string, right: string, columns: number): string {
  const room = columns - widthOf(right) - 1;
  return room < 10 ? left : `${pad(cut(left, room), room)} ${right}`;
}

function figure(n: number): string {
  return n.toLocaleString('en-US');
}
