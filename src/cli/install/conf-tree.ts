import { posix } from 'node:path';
import { withoutBlocks } from './blocks.ts';
import type { Files, Refusal } from './change.ts';
import { included } from './conf-include.ts';
import { confLines, strip } from './conf-lines.ts';
import type { OpenConf, OpenSection } from './conf-section.ts';
import { readHeader, readVariable, refuse } from './conf-section.ts';
import type { Conf, Include, Place } from './conf.ts';

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

interface State extends Conf, OpenConf {
  readonly files: Files;
  readonly folder: string;
  readonly own: readonly string[];
  readonly sections: OpenSection[];
  readonly includes: Include[];
  readonly texts: Map<string, string>;
  readonly problems: Refusal[];
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

function isOwn(state: State, file: string): boolean {
  return state.own.includes(posix.basename(file));
}
