import { readEntry } from './entry.ts';

/** Finds the address in the lines of a CSV file. */
export interface CsvReader {
  /** The text where the address stands; undefined for a header. */
  cell(line: string): string | undefined | { readonly problem: string };
}

/**
 * The separator is the one that the first line has most of. A first line without an address in
 * the column is its header.
 * @param column name or number (from 1); the first that holds an address when left out
 */
export function csvReader(column: string | undefined): CsvReader {
  let separator: string | undefined;
  let at = column !== undefined && /^\d{1,3}$/.test(column) ? Number(column) - 1 : undefined;
  let first = true;
  return {
    cell(line) {
      separator ??= SEPARATORS.toSorted((a, b) => countOf(line, b) - countOf(line, a))[0] ?? ',';
      const cells = cellsOf(line, separator);
      const isFirst = first;
      first = false;
      if (at === undefined && column !== undefined) {
        at = cells.findIndex((cell) => cell.toLowerCase() === column.toLowerCase());
        if (at === -1) return { problem: `has no column of this name: ${column}` };
        return undefined;
      }
      at ??= found(cells);
      if (at === undefined) return isFirst ? undefined : line;
      const cell = cells[at] ?? '';
      return isFirst && 'mistake' in readEntry(cell) ? undefined : cell;
    },
  };
}

const SEPARATORS = [',', ';', '\t'];

function found(cells: readonly string[]): number | undefined {
  const at = cells.findIndex((cell) => 'network' in readEntry(cell));
  return at === -1 ? undefined : at;
}

function countOf(line: string, character: string): number {
  return line.split(character).length - 1;
}

/** Cells of one line, quotes taken away (RFC 4180); a cell over several lines is not one of ours. */
function cellsOf(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return [...cells, cell.trim()];
}
