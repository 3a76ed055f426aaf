import { COLUMNS, cut, pad, widthOf } from './text.ts';

export interface Column {
  readonly title: string;
  /** May be cut down to this width, the last such column first. Left out: never cut. */
  readonly atLeast?: number;
}

/** Rows under titles, in columns two spaces apart, fitted into 80 columns by cutting cells. No newline at the end. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP * (columns.length - 1) - COLUMNS;
  for (const [at, { title, atLeast }] of [...columns.entries()].toReversed()) {
    if (excess <= 0 || atLeast === undefined) continue;
    const width = widths[at] ?? 0;
    const least = Math.max(atLeast, widthOf(title));
    const less = Math.min(excess, Math.max(0, width - least));
    widths[at] = width - less;
    excess -= less;
  }
  return [columns.map(({ title }) => title), ...rows].map((row) => line(row, widths)).join('\n');
}

const GAP = 2;

function line(cells: readonly string[], widths: readonly number[]): string {
  const fitted = widths.map((width, at) => pad(cut(cells[at] ?? '', width), width));
  return fitted.join(' '.repeat(GAP)).trimEnd();
}
