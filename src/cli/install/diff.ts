import { cleanText } from '../../event/text.ts';

/** One line of a diff. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * A unified diff of two texts, as `diff -u` prints it; empty when they are equal. Texts are latin1
 * as read from disk; what is printed is UTF-8 without control characters.
 * @param hide replaces what nobody should read over a shoulder
 */
export function unifiedDiff(
  path: string,
  before: string | undefined,
  after: string | undefined,
  hide: (line: string) => string,
): string {
  if (before === after) return '';
  const lines = compared(split(before ?? ''), split(after ?? ''));
  const head = [
    `--- ${before === undefined ? '/dev/null' : path}`,
    `+++ ${after === undefined ? '/dev/null' : path}`,
  ];
  const hunks = hunksOf(lines).flatMap(({ from, to }) => {
    const part = lines.slice(from, to);
    const earlier = lines.slice(0, from);
    const range = (gone: '-' | '+'): string => {
      const length = part.filter(({ sign }) => sign !== gone).length;
      const begin = earlier.filter(({ sign }) => sign !== gone).length + (length === 0 ? 0 : 1);
      return `${begin},${length}`;
    };
    return [`@@ -${range('+')} +${range('-')} @@`, ...part.flatMap((line) => shown(line, hide))];
  });
  return [...head, ...hunks].join('\n');
}

const CONTEXT = 3;
/** Beyond so many differing lines the texts are shown one after the other. */
const MAX_EDITS = 1000;
const NO_END = '\\ No newline at end of file';

function split(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function shown({ sign, text }: DiffLine, hide: (line: string) => string): string[] {
  const utf8 = Buffer.from(text.replace(/\n$/, ''), 'latin1').toString('utf8');
  const line = `${sign}${cleanText(hide(utf8).replaceAll('\t', '    ')) ?? ''}`;
  return text.endsWith('\n') ? [line] : [line, NO_END];
}

/** Ranges of lines: what differs, with three lines around it. */
function hunksOf(lines: readonly DiffLine[]): { from: number; to: number }[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [at, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    const from = Math.max(0, at - CONTEXT);
    const to = Math.min(lines.length, at + CONTEXT + 1);
    const last = hunks.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  return hunks;
}

function same(text: string): DiffLine {
  return { sign: ' ', text };
}

function compared(a: readonly string[], b: readonly string[]): DiffLine[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  const most = Math.min(a.length, b.length) - head;
  while (tail < most && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const middle = shortest(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return [...a.slice(0, head).map(same), ...middle, ...a.slice(a.length - tail).map(same)];
}

/** The shortest way from one to the other (E. Myers, An O(ND) Difference Algorithm, 1986). */
function shortest(a: readonly string[], b: readonly string[]): DiffLine[] {
  const trace: Map<number, number>[] = [];
  let furthest = new Map([[1, 0]]);
  for (let edits = 0; edits <= Math.min(MAX_EDITS, a.length + b.length); edits++) {
    trace.push(new Map(furthest));
    for (let k = -edits; k <= edits; k += 2) {
      const down = goesDown(furthest, k, edits);
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkedBack(a, b, trace);
    }
    furthest = new Map(furthest);
  }
  return [
    ...a.map((text): DiffLine => ({ sign: '-', text })),
    ...b.map((text): DiffLine => ({ sign: '+', text })),
  ];
}

function walkedBack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly Map<number, number>[],
): DiffLine[] {
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits] ?? new Map<number, number>();
    const k = x - y;
    const before = goesDown(furthest, k, edits) ? k + 1 : k - 1;
    const fromX = furthest.get(before) ?? 0;
    const fromY = fromX - before;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      lines.push({ sign: ' ', text: a[--x] ?? '' });
      y--;
    }
    if (edits === 0) break;
    if (x === fromX) lines.push({ sign: '+', text: b[--y] ?? '' });
    else lines.push({ sign: '-', text: a[--x] ?? '' });
  }
  return lines.toReversed();
}

function goesDown(furthest: ReadonlyMap<number, number>, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0));
}
