import { matchesPattern } from '../../policy/pattern.ts';

/** The first of the operator's patterns that is found in the text. */
export function foundPattern(patterns: readonly string[], text: string): string | undefined {
  return patterns.find((pattern) => matchesPattern(pattern, text));
}
