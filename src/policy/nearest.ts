/**
 * The word that was probably meant: hyphen, underscore and case apart the same, or within one
 * edit for each three letters (two at the most). Undefined when nothing is near enough.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MOST_CHARS) return undefined;
  const wanted = folded(word);
  let best: string | undefined;
  let bestEdits = Math.min(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = distance(wanted, folded(candidate));
    if (edits >= bestEdits) continue;
    best = candidate;
    bestEdits = edits;
  }
  return best;
}

function folded(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** Letters to insert, delete, change or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

const MOST_CHARS = 64;
