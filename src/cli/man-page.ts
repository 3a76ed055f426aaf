import { fill } from '../policy/sample-text.ts';
import { readManual, type ManualPart } from './manual.ts';

/**
 * The manual page in the man macros (man(7), groff_man(7)).
 * @param top what `ghostgate help` prints
 * @param helps each command's own help, by its name
 */
export function manPage(
  top: string,
  helps: readonly (readonly [string, string])[],
  { version, date }: { readonly version: string; readonly date: string },
): string {
  const { parts } = readManual(top);
  const [about, ...rest] = parts;
  return [
    `.TH GHOSTGATE 8 "${date}" "ghostgate ${version}" "System Administration"`,
    '.SH NAME',
    String.raw`ghostgate \- keeps ghost calls off a PBX`,
    '.SH SYNOPSIS',
    '.B ghostgate',
    '.I COMMAND',
    '[\\fIOPTIONS\\fR]',
    '.SH DESCRIPTION',
    ...(about === undefined ? [] : partLines(about).slice(1)),
    ...rest.filter((part) => part.kind !== 'verbatim').flatMap(partLines),
    '.SH COMMANDS',
    ...helps.flatMap(([name, text]) => {
      const manual = readManual(text);
      return [`.SS ${name}`, `.B ${roff(manual.synopsis)}`, ...manual.parts.flatMap(partLines)];
    }),
    ...FILES,
    ...rest.filter((part) => part.kind === 'verbatim').flatMap(section),
    '',
  ].join('\n');
}

const FILES = [
  '.SH FILES',
  ...[
    ['/etc/ghostgate/policy.yaml', 'the policy; ghostgate init writes the first one'],
    [
      '/etc/ghostgate/*.secret, channel.token, esl.password',
      'what the PBX and Ghostgate both know',
    ],
    ['/var/lib/ghostgate', 'bans, verdicts and the journal of judged events'],
    ['/var/lib/ghostgate/install', 'what ghostgate uninstall brings back'],
    ['/run/ghostgate/ghostgate.sock', 'where commands reach the daemon'],
  ].flatMap(([file = '', what = '']) => ['.TP', `.I ${roff(file)}`, roff(what)]),
  '.SH ENVIRONMENT',
  '.TP',
  '.B GHOSTGATE_SOCKET',
  'moves the socket, for the daemon as for every command',
];

function section(part: ManualPart): string[] {
  if (part.kind !== 'verbatim') return [];
  return [`.SH ${(part.title ?? 'NOTES').toUpperCase()}`, ...verbatim(part.lines).slice(1)];
}

function partLines(part: ManualPart): string[] {
  if (part.kind === 'text') return ['.PP', ...filled(part.text)];
  const head = part.title === undefined ? [] : ['.PP', `${roff(part.title)}:`];
  if (part.kind === 'verbatim') return [...head, '.RS 2', ...verbatim(part.lines), '.RE'];
  return [
    ...head,
    ...part.terms.flatMap(({ term, text }) => ['.TP', `.B ${roff(term)}`, ...filled(text)]),
  ];
}

function verbatim(lines: readonly string[]): string[] {
  return ['.PP', '.nf', ...lines.map(roff), '.fi'];
}

/** Running text, in short lines. */
function filled(text: string): string[] {
  return fill(text, 0).map(roff);
}

/** Text that roff prints as it is: no escapes, no requests, ASCII quotes and hyphens. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll("'", String.raw`\(aq`)
    .replaceAll('`', String.raw`\(ga`)
    .replaceAll('"', String.raw`\(dq`)
    .replaceAll('…', '...')
    .replaceAll('’', String.raw`\(cq`);
  return escaped.replace(/^(?=[.'])/, String.raw`\&`);
}
