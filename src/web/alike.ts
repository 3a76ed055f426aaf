import type { VerdictRow } from '../judge/record.ts';

/** A verdict as the page shows it, and how many like it there are among those it keeps. */
export interface AlikeRow extends VerdictRow {
  readonly key: number;
  readonly count: number;
  /** When the first of them was given. */
  readonly since: number;
}

/**
 * What was decided again and again of one source, once, at the newest: a scanner that guesses on
 * would push the one ghost call out of sight. Every call has its own row.
 * @param rows newest first
 */
export function alike(rows: readonly (VerdictRow & { readonly key: number })[]): AlikeRow[] {
  const found = new Map<string, AlikeRow>();
  for (const row of rows) {
    const { key, pbx, event, address, verdict, rule, account } = row;
    const isCall = event === 'call' || event === 'call-ended';
    const name = isCall ? String(key) : [pbx, event, address, verdict, rule, account].join('\n');
    const before = found.get(name);
    found.set(name, { ...(before ?? row), count: (before?.count ?? 0) + 1, since: row.seenAt });
  }
  return [...found.values()];
}
