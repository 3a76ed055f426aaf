import { edited, linesOf, ownFile, withoutBlocks, type Edit } from './blocks.ts';
import type { Change, Files, Plan, Refusal, Style } from './change.ts';
import { placeText, type Place, type Section } from './conf.ts';
import type { RowChange } from './row.ts';

/** A plan while it is being made: edits are collected by file, and applied together at the end. */
export interface Draft {
  edit(path: string, style: Style, edit: Edit, why: string): void;
  /** Sets a value in a section of a .conf file: the line that sets it now, or a new one below its head. */
  set(section: Section, values: Readonly<Record<string, string>>, why: string): void;
  /** A whole file of ours. */
  own(path: string, text: string, how: OwnFile): void;
  row(change: RowChange): void;
  refuse(...refusals: readonly Refusal[]): void;
  note(text: string): void;
  reload(...command: readonly string[]): void;
  plan(): Plan;
}

export interface OwnFile {
  readonly style: Style;
  readonly owner: Change['owner'];
  readonly why: string;
  /** How the file begins when the running Ghostgate has written it; it is then left as it is. */
  readonly daemonBegins?: string;
}

export function newDraft(files: Files): Draft {
  const edits = new Map<string, { style: Style; edits: Edit[]; why: Set<string> }>();
  const own: Change[] = [];
  const rows: RowChange[] = [];
  const refusals: Refusal[] = [];
  const notes = new Set<string>();
  const reloads = new Map<string, readonly string[]>();

  function edit(path: string, style: Style, one: Edit, why: string): void {
    const of = edits.get(path) ?? { style, edits: [], why: new Set() };
    of.edits.push(one);
    of.why.add(why);
    edits.set(path, of);
  }

  return {
    edit,
    set(section, values, why) {
      const fresh: string[] = [];
      for (const [name, value] of Object.entries(values)) {
        const set = section.variables.filter((each) => each.name === name && !each.inherited);
        const [only] = set;
        if (set.length > 1) {
          const hint = `leave one line ${name} = … in it`;
          refusals.push({
            where: placeText(section),
            what: `[${section.name}] sets ${name} more than once`,
            hint,
          });
        } else if (only === undefined) fresh.push(`${name} = ${value}`);
        else if (isPlain(files, only, refusals)) {
          edit(
            only.file,
            'conf',
            { at: 'instead', line: only.line, lines: [`${name} = ${value}`] },
            why,
          );
        }
      }
      if (fresh.length === 0 || !isPlain(files, section, refusals)) return;
      edit(section.file, 'conf', { at: 'after', line: section.line, lines: fresh }, why);
    },
    own(path, text, { style, owner, why, daemonBegins }) {
      const now = files.read(path);
      const base = { path, now, before: undefined, style, owner, why } as const;
      if (daemonBegins !== undefined) {
        const kept = now?.startsWith(daemonBegins) === true ? now : undefined;
        if (now !== undefined && kept === undefined) refusals.push(foreign(path));
        own.push({ ...base, after: kept ?? text, keeper: 'daemon' });
        return;
      }
      const rest =
        now === undefined || style === 'plain' ? { text: '' } : withoutBlocks(now, style);
      if ('changedAt' in rest) refusals.push(changed(path, rest.changedAt));
      else if (rest.text !== '') refusals.push(foreign(path));
      const after = style === 'plain' ? text : ownFile(style, text);
      own.push({ ...base, before: style === 'plain' ? now : undefined, after, keeper: 'person' });
    },
    row: (change) => void rows.push(change),
    refuse: (...more) => void refusals.push(...more),
    note: (text) => void notes.add(text),
    reload: (...command) => void reloads.set(command.join(' '), command),
    plan() {
      const others = [...edits].flatMap(([path, { style, edits: list, why }]): Change[] => {
        const now = files.read(path);
        const stripped = withoutBlocks(now ?? '', style);
        if ('changedAt' in stripped) {
          refusals.push(changed(path, stripped.changedAt));
          return [];
        }
        const before = now === undefined ? undefined : stripped.text;
        const after = edited(stripped.text, style, list);
        const owner = now === undefined ? 'pbx' : 'kept';
        return [
          { path, now, before, after, style, owner, keeper: 'person', why: [...why].join('; ') },
        ];
      });
      // Ours first: nothing may name a file that is not there yet.
      return {
        changes: [...own, ...others],
        rows,
        refusals: distinct(refusals),
        notes: [...notes],
        reload: [...reloads.values()],
      };
    },
  };
}

/** Reports whether a line can be replaced or followed by ours: no comment over many lines begins or ends in it. */
function isPlain(files: Files, place: Place, refusals: Refusal[]): boolean {
  const stripped = withoutBlocks(files.read(place.file) ?? '', 'conf');
  const line = 'text' in stripped ? linesOf(stripped.text)[place.line - 1] : undefined;
  if (line !== undefined && !/;--|--;/.test(line)) return true;
  const hint = 'move the comment to a line of its own';
  refusals.push({
    where: placeText(place),
    what: 'a comment begins or ends within this line',
    hint,
  });
  return false;
}

function foreign(path: string): Refusal {
  return {
    where: path,
    what: 'is there already, and Ghostgate did not write it so',
    hint: 'move it away; if it was put there by hand for Ghostgate, take out all that names it as well',
  };
}

function changed(path: string, line: number): Refusal {
  return {
    where: `${path}:${line}`,
    what: 'Ghostgate’s own text was changed by somebody else',
    hint: 'undo that change, or take the lines from BEGIN to END out by hand',
  };
}

function distinct(refusals: readonly Refusal[]): Refusal[] {
  return [...new Map(refusals.map((each) => [JSON.stringify(each), each])).values()];
}
