import { posix } from 'node:path';
import { withoutBlocks } from './blocks.ts';
import type { Files, Refusal } from './change.ts';
import { confLines, strip } from './conf-lines.ts';

export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface Variable extends Place {
  /** In small letters. */
  readonly name: string;
  readonly value: string;
  /** It came from a template or another section that this one is made from. */
  readonly inherited: boolean;
}

/** One section with everything it holds, in Asterisk's order: of two equal names the last counts. */
export interface Section extends Place {
  readonly name: string;
  readonly template: boolean;
  readonly variables: readonly Variable[];
}

export interface Include extends Place {
  readonly pattern: string;
  readonly files: readonly string[];
}

/** A configuration with all its includes. Places are lines of the files without our own text. */
export interface Conf {
  readonly sections: readonly Section[];
  readonly includes: readonly Include[];
  /** Every file read, without our own text, in the order of reading. */
  readonly texts: ReadonlyMap<string, string>;
  /** What could not be read as Asterisk reads it. */
  readonly problems: readonly Refusal[];
}

/**
 * Reads a configuration as Asterisk does (main/config.c, process_text_line): sections, templates,
 * (+), += and includes. Text of ours is left out, and so are the files that `own` names.
 * @param name like `pjsip.conf`; one that does not exist has no sections and no texts
 */
export function readConf(
  files: Files,
  folder: string,
  name: string,
  own: readonly string[] = [],
): Conf {
  const state: State = {
    files,
    folder,
    own,
    sections: [],
    includes: [],
    texts: new Map(),
    problems: [],
  };
  const path = posix.join(folder, name);
  if (files.read(path) !== undefined) readFile(state, path, 0);
  return state;
}

/** The value that counts: of several the last. */
export function lastOf(section: Section | undefined, name: string): Variable | undefined {
  return section?.variables.findLast((variable) => variable.name === name);
}

export function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** `yes` in any of the ways Asterisk knows (ast_true). */
export function isTrue(value: string | undefined): boolean {
  return /^(?:yes|true|y|t|1|on)$/i.test(value ?? '');
}

/** `no` in any of the ways Asterisk knows (ast_false). */
export function isFalse(value: string | undefined): boolean {
  return /^(?:no|false|n|f|0|off)$/i.test(value ?? '');
}

interface OpenSection extends Section {
  readonly variables: Variable[];
}

interface State extends Conf {
  readonly files: Files;
  readonly folder: string;
  readonly own: readonly string[];
  readonly sections: OpenSection[];
  readonly includes: Include[];
  readonly texts: Map<string, string>;
  readonly problems: Refusal[];
  /** The section that was last begun: text before the first section of an included file goes there. */
  current?: OpenSection;
}

/** As in Asterisk; more is a circle. */
const MAX_DEPTH = 10;
const MAX_FILES = 1000;

function readFile(state: State, file: string, depth: number): void {
  const raw = state.files.read(file);
  if (raw === undefined) return;
  if (depth > MAX_DEPTH || state.texts.size > MAX_FILES) {
    return refuse(
      state,
      { file, line: 1 },
      'is included too deeply',
      'see whether it includes itself',
    );
  }
  const stripped = withoutBlocks(raw, 'conf');
  if ('changedAt' in stripped) {
    const hint = 'undo that change, or take the lines from BEGIN to END out by hand';
    return refuse(
      state,
      { file, line: stripped.changedAt },
      'Ghostgate’s own text was changed',
      hint,
    );
  }
  state.texts.set(file, stripped.text);
  const { lines, strangeAt } = confLines(stripped.text);
  if (strangeAt !== undefined) {
    const what = 'Asterisk reads this line otherwise than it looks (too long, or --; without ;--)';
    refuse(state, { file, line: strangeAt }, what, 'mend the line');
  }
  // A section begun in an included file ends with that file.
  let section = state.current;
  for (const { line, text } of lines) {
    const place = { file, line };
    if (text.startsWith('[')) section = readHeader(state, place, text) ?? section;
    else if (text.startsWith('#')) readDirective(state, place, text, depth);
    else readVariable(state, place, text, section);
  }
}

function readHeader(state: State, place: Place, text: string): OpenSection | undefined {
  const [, name, options] = /^\[([^\]]*)\](?:\(([^)]*)\))?/.exec(text) ?? [];
  if (name === undefined || /^\[[^\]]*\]\((?![^)]*\))/.test(text)) {
    refuse(
      state,
      place,
      'a section whose name does not end',
      'mend the line: Asterisk refuses the file',
    );
    return undefined;
  }
  const words = options?.split(',') ?? [];
  const fresh: OpenSection = { ...place, name, template: words.includes('!'), variables: [] };
  let section: OpenSection = fresh;
  for (const word of words) {
    if (word === '!') continue;
    const from = named(state, word === '+' ? name : word);
    if (from === undefined) {
      const what = `(${word}) names a section that does not come before it, or a filter`;
      refuse(
        state,
        place,
        what,
        'name a section that does, or follow dialplan/asterisk/README.md by hand',
      );
    } else if (word === '+') section = from;
    else section.variables.push(...from.variables.map((each) => ({ ...each, inherited: true })));
  }
  if (section === fresh) {
    state.sections.push(fresh);
    state.current = fresh;
  }
  return section;
}

/** Of several sections with one name Asterisk takes the first. */
function named(state: State, name: string): OpenSection | undefined {
  return state.sections.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

function readVariable(state: State, place: Place, text: string, section?: OpenSection): void {
  const [, left, plus, value] = /^(\\?[^=]*?)(\+?)=>?(.*)$/s.exec(text) ?? [];
  // Without "=" Asterisk warns and goes on.
  if (left === undefined || value === undefined) return;
  if (section === undefined) {
    return refuse(
      state,
      place,
      'a line before the first section',
      'mend it: Asterisk refuses the file',
    );
  }
  const name = strip(left.replace(/^\\/, '')).toLowerCase();
  const earlier = plus === '+' ? lastOf(section, name)?.value : undefined;
  const whole = strip(`${earlier ?? ''}${earlier === undefined ? strip(value) : value}`);
  section.variables.push({ ...place, name, value: whole, inherited: false });
}

function readDirective(state: State, place: Place, text: string, depth: number): void {
  const [, word = '', rest = ''] = /^#(\S*)\s*(.*)$/s.exec(text) ?? [];
  const kind = word.toLowerCase();
  if (kind === 'exec') {
    const hint =
      'what a program prints cannot be known: follow dialplan/asterisk/README.md by hand';
    return refuse(state, place, '#exec', hint);
  }
  if (kind !== 'include' && kind !== 'tryinclude') return;
  const pattern = strip(rest)
    .replace(/^"(.*)"$/s, '$1')
    .replace(/^<(.*)>$/s, '$1');
  const found = included(state, pattern);
  if (found === undefined) {
    const hint = 'name the file by its place in the folder of Asterisk, or install by hand';
    return refuse(state, place, `an include that cannot be followed: ${pattern}`, hint);
  }
  state.includes.push({ ...place, pattern, files: found });
  const there = found.filter((file) => state.files.read(file) !== undefined);
  if (there.length === 0 && kind === 'include' && !/[*?]/.test(pattern) && !isOwn(state, pattern)) {
    refuse(
      state,
      place,
      `the included file is missing: ${pattern}`,
      'put it there: Asterisk refuses the whole',
    );
  }
  for (const file of there) if (!isOwn(state, file)) readFile(state, file, depth + 1);
}

/** Files that an include names; undefined when that cannot be known. */
function included(state: State, pattern: string): string[] | undefined {
  const inEtc = /^\/etc\/asterisk\/(.*)$/s.exec(pattern)?.[1] ?? pattern;
  if (inEtc === '' || /(?:^|\/)\.\.(?:\/|$)|[[\]{}~]/.test(inEtc)) return undefined;
  if (inEtc.startsWith('/')) {
    // Below another root the place is another one than its name says.
    return state.folder === '/etc/asterisk' && !/[*?]/.test(inEtc) ? [inEtc] : undefined;
  }
  const path = posix.join(state.folder, inEtc);
  const name = posix.basename(path);
  if (!/[*?]/.test(inEtc)) return [path];
  if (/[*?]/.test(posix.dirname(inEtc)) || name.replaceAll(/[^*]/g, '').length > 3)
    return undefined;
  const shape = name
    .replaceAll(/[.+^$()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const matching = new RegExp(`^(?!\\.)${shape}$`, 's');
  const folder = posix.dirname(path);
  return state.files
    .list(folder)
    .filter((each) => matching.test(each))
    .map((each) => posix.join(folder, each));
}

function isOwn(state: State, file: string): boolean {
  return state.own.includes(posix.basename(file));
}

function refuse(state: State, place: Place, what: string, hint: string): void {
  state.problems.push({ where: placeText(place), what, hint });
}
