import { cleanText } from '../event/text.ts';

/** Steps from the top of the policy to a value: `['trunks', 0, 'sources', 1]`. */
export type Path = readonly (string | number)[];

/** What is wrong with one value, and what to do about it. */
export interface Mistake {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A mistake and where in the policy it is, not yet where in which file. */
export interface Finding extends Mistake {
  readonly path: Path;
  /** The mistake is the key itself, not its value. */
  readonly atKey?: boolean;
}

/** A mistake with its place in a file. */
export interface Problem {
  readonly file: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  /** From 1; 0 when the whole file is meant. */
  readonly column: number;
  /** As in `trunks[0].sources[1]`; empty when the whole file is meant. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** `policy.yaml:12:7 trunks[0].sources[1]: not an address (hint: write 203.0.113.9)`, one line. */
export function problemText({ file, line, column, path, message, hint }: Problem): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  const about = path === '' ? place : `${place} ${path}`;
  return `${about}: ${message}${hint === undefined ? '' : ` (hint: ${hint})`}`;
}

/** `trunks[0].sources[1]`; keys that nobody would write without quotes come in quotes. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += `${text === '' ? '' : '.'}${/^[\w-]{1,64}$/.test(step) ? step : show(step)}`;
  }
  return text;
}

/** A value from the file, quoted, bounded and without control characters, for a message. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const cut = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  return `"${cleanText(cut) ?? ''}"`;
}

const SHOWN_CHARS = 60;
