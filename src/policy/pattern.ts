import { LRUCache } from 'lru-cache';
import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';

/**
 * Reports whether a pattern of the policy is found in a text, upper and lower case alike.
 * RE2 runs in time linear in the text, whatever the pattern (Cox, "Regular Expression Matching
 * Can Be Simple And Fast"): a JavaScript RegExp that an operator got wrong could hold the whole
 * process with one caller ID.
 * @param pattern as patternMistake has passed it
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return compiled(pattern).test(text);
}

/** What is wrong with a pattern as a person wrote it. */
export function patternMistake(pattern: string): Mistake | undefined {
  if (pattern.trim() === '') return { message: 'is empty', hint: 'take it out' };
  if (pattern.length > MOST_CHARS) return { message: `longer than ${MOST_CHARS} characters` };
  try {
    const expression = compile(pattern);
    if (expression.test('')) {
      const hint = 'write what must stand there, like ^000[0-9]+$';
      return { message: `found in every text: ${show(pattern)}`, hint };
    }
    if (expression.programSize() <= MOST_STEPS) return undefined;
    const message = `too large when its repetitions are written out: ${show(pattern)}`;
    return { message, hint: 'use smaller counts in {…}, or + in their place' };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return { message: `${reason(error)}: ${show(pattern)}`, hint: SYNTAX_HINT };
  }
}

const MOST_CHARS = 200;
/**
 * Instructions of RE2's program. The patterns that ship take 3 to 31 and a microsecond a text; the
 * worst we could think of, `(a|b)*a(a|b){60}c` of 190, took milliseconds for texts made for it.
 */
const MOST_STEPS = 120;
const SYNTAX_HINT =
  'RE2 syntax: no look-around and no back-references; put a \\ before a sign that means itself';

function reason({ message }: Error): string {
  const told = /^error parsing regexp: ([^:`]{1,80})/.exec(message)?.[1];
  return `not a pattern (${told ?? 'RE2 cannot read it'})`;
}

/** The policy stays plain data, so that two of them can be compared: what is compiled waits here. */
const kept = new LRUCache<string, RE2JS>({ max: 1000 });

function compiled(pattern: string): RE2JS {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const expression = compile(pattern);
  kept.set(pattern, expression);
  return expression;
}

function compile(pattern: string): RE2JS {
  return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
}
