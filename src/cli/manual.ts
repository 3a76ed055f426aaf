/** A command's --help, taken apart: the manual page and the shells' completions are made from it. */
export interface Manual {
  readonly synopsis: string;
  readonly parts: readonly ManualPart[];
}

export type ManualPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      /** Words with what they mean: options, commands. */
      readonly kind: 'terms';
      readonly title: string | undefined;
      readonly terms: readonly { readonly term: string; readonly text: string }[];
    }
  | {
      /** Examples: kept line by line. */
      readonly kind: 'verbatim';
      readonly title: string | undefined;
      readonly lines: readonly string[];
    };

/** Reads what --help prints. */
export function readManual(help: string): Manual {
  const [first = '', ...blocks] = help.trimEnd().split(/\n{2,}/);
  return { synopsis: joined(first.split('\n')), parts: blocks.map(readBlock) };
}

function readBlock(block: string): ManualPart {
  const lines = block.split('\n');
  const [head = '', ...rest] = lines;
  const isHeaded =
    head.endsWith(':') && rest.length > 0 && rest.every((line) => line.startsWith(' '));
  const title = isHeaded ? head.slice(0, -1) : undefined;
  const body = isHeaded ? rest : lines;
  if (!body.some((line) => line.startsWith(' '))) return { kind: 'text', text: joined(lines) };
  const terms = title === 'Examples' ? undefined : readTerms(body);
  return terms === undefined
    ? { kind: 'verbatim', title, lines: body.map((line) => line.replace(/^ {2}/, '')) }
    : { kind: 'terms', title, terms };
}

/** Undefined when the lines are no list of terms. */
function readTerms(lines: readonly string[]): { term: string; text: string }[] | undefined {
  const terms: { term: string; text: string }[] = [];
  for (const line of lines) {
    const [, term, text] = TERM.exec(line) ?? [];
    const last = terms.at(-1);
    if (term !== undefined && text !== undefined) terms.push({ term, text });
    else if (last !== undefined && /^ {7}/.test(line)) last.text += ` ${line.trim()}`;
    else return undefined;
  }
  return terms;
}

/** An option with its value in capitals, or a word that two spaces follow; one where it is long. */
const TERM =
  /^ {2,6}((?:-\w, )?--[\w-]+(?: [A-Z][A-Z=,…]*)?|\w[\w|-]*(?= {2})|\w[\w-]{9,})\s+(\S.*)$/;

function joined(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).join(' ');
}
