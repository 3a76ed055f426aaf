import { styleText } from 'node:util';
import { COLUMNS, wrapLines } from './text.ts';

/** Where a command writes: `out` what was asked for, `err` what went wrong. A newline follows. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
  /** Whether `out` may hold colours; no when left out. */
  readonly colour?: boolean;
}

/** The process's own streams, in colour on a terminal unless NO_COLOR says no (no-color.org). */
export function terminal(): Output {
  // `ghostgate bans | head` closes the pipe early: no reason to die with a stack trace.
  process.stdout.on('error', () => {});
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => {
      // A file or a pipe gets each message whole, for grep.
      const { isTTY, columns } = process.stderr;
      const told = isTTY ? wrapLines(text, Math.min(columns, COLUMNS)) : text;
      process.stderr.write(`${told}\n`);
    },
    colour: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
  };
}

export type Style = 'red' | 'yellow' | 'green' | 'bold' | 'dim';

/** The text in this style, or as it is where colours are not wanted. */
export function styled(out: Output, style: Style, text: string): string {
  // Without validateStream newer Nodes would look at stdout themselves; that is decided above.
  return out.colour === true ? styleText(style, text, { validateStream: false }) : text;
}

/** Writes an error with what to do next, as every command does, and gives the exit code back. */
export function fail(out: Output, exit: number, error: string, hint?: string): number {
  out.err(`ghostgate: ${error}${hint === undefined ? '' : `\nTry: ${hint}`}`);
  return exit;
}

/** Machine-readable output: one JSON document. */
export function json(out: Output, value: unknown): void {
  out.out(JSON.stringify(value, undefined, 2));
}
