import { styled, type Output } from '../output.ts';
import { wrap } from '../text.ts';
import type { Change, Plan, Refusal } from './change.ts';
import { unifiedDiff } from './diff.ts';
import { commandText } from './reload.ts';
import { moving, rowPath, rowText } from './row.ts';

/** The whole plan for a person: each file with its reason and its diff, then what to know. */
export function planText(plan: Plan, hide: (line: string) => string, out: Output): string {
  const files = shownOf(plan).map((each) => changeText(each, hide, out));
  const notes = plan.notes.map((note) => wrap('Note: ', note));
  return [...files, ...notes].join('\n\n');
}

export function refusalText({ where, what, hint }: Refusal): string {
  return `${where}: ${what}\n  Try: ${hint}`;
}

/** Commands that are left to the person. */
export function reloadText(reload: readonly (readonly string[])[]): string {
  return [
    'Now make the PBX read it:',
    ...reload.map((command) => `  ${commandText(command)}`),
  ].join('\n');
}

/** The plan for a script. */
export function planJson(plan: Plan, hide: (line: string) => string): Record<string, unknown> {
  return {
    changes: shownOf(plan).map(({ path, now, after, why }) => ({
      path,
      why,
      change: now === undefined ? 'new' : after === undefined ? 'removed' : 'changed',
      diff: unifiedDiff(path, now, after, hide),
    })),
    refusals: plan.refusals,
    notes: plan.notes,
    reload: plan.reload,
  };
}

type Shown = Pick<Change, 'path' | 'now' | 'after' | 'why'>;

/** What is not yet as it is to be, files and rows alike. */
function shownOf({ changes, rows }: Plan): Shown[] {
  const asText = moving(rows).map(({ uuid, now, after, why }) => ({
    path: rowPath(uuid),
    now: rowText(now?.row),
    after: rowText(after),
    why,
  }));
  return [...changes.filter(({ now, after }) => now !== after), ...asText];
}

function changeText(
  { path, now, after, why }: Shown,
  hide: (line: string) => string,
  out: Output,
): string {
  return `${styled(out, 'bold', wrap('', why))}\n${coloured(unifiedDiff(path, now, after, hide), out)}`;
}

/** A diff in the colours that diffs have. */
export function coloured(diff: string, out: Output): string {
  const lines = diff.split('\n').map((line) => {
    if (/^(?:---|\+\+\+|@@)/.test(line)) return styled(out, 'dim', line);
    if (line.startsWith('+')) return styled(out, 'green', line);
    return line.startsWith('-') ? styled(out, 'red', line) : line;
  });
  return lines.join('\n');
}
