import { isUtf8 } from 'node:buffer';
import { MOST_BASE_BYTES } from '../fleet/words.ts';
import { checkBase } from '../policy/base.ts';
import { problemText } from '../policy/problem.ts';
import { readSmallFile } from '../policy/read-file.ts';
import { unifiedDiff } from './install/diff.ts';
import type { Output } from './output.ts';

/** A file that is to become a base, when nothing is wrong with it; else undefined, and what is wrong is told. */
export async function baseIn(file: string, out: Output): Promise<string | undefined> {
  const read = await readSmallFile(file, MOST_BASE_BYTES);
  if ('mistake' in read) {
    out.err(`${file} ${read.mistake}`);
    return undefined;
  }
  if (!isUtf8(read.bytes)) {
    out.err(`${file} is not UTF-8 text`);
    return undefined;
  }
  const text = read.bytes.toString('utf8');
  const problems = checkBase(text, file);
  for (const problem of problems) out.err(problemText(problem));
  return problems.length === 0 ? text : undefined;
}

/** As `diff -u` prints it; empty when they are equal. */
export function baseDiff(
  before: { readonly name: string; readonly text: string },
  after: { readonly name: string; readonly text: string },
): string {
  const found = unifiedDiff('', latin1(before.text), latin1(after.text), (line) => line);
  if (found === '') return '';
  const [, , ...hunks] = found.split('\n');
  return [`--- ${before.name}`, `+++ ${after.name}`, ...hunks].join('\n');
}

/** As the differ wants its texts: a character for each byte. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
