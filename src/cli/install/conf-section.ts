import type { Refusal } from './change.ts';
import { strip } from './conf-lines.ts';
import type { Place, Section, Variable } from './conf.ts';
import { lastOf, placeText } from './conf.ts';

export interface OpenSection extends Section {
  readonly variables: Variable[];
}

/** What was read so far. */
export interface OpenConf {
  readonly sections: OpenSection[];
  readonly problems: Refusal[];
  /** The section that was last begun: text before the first section of an included file goes there. */
  current?: OpenSection;
}

/** Begins a section, or goes on with one; undefined where Asterisk would refuse the file. */
export function readHeader(state: OpenConf, place: Place, text: string): OpenSection | undefined {
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
function named(state: OpenConf, name: string): OpenSection | undefined {
  return state.sections.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

export function readVariable(
  state: OpenConf,
  place: Place,
  text: string,
  section?: OpenSection,
): void {
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

/** Not read as Asterisk reads it: told, and read on. */
export function refuse(state: OpenConf, place: Place, what: string, hint: string): void {
  state.problems.push({ where: placeText(place), what, hint });
}
