import { count } from '../words.ts';
import { foundPattern } from './patterns.ts';
import type { Rule } from './rule.ts';

/**
 * A number that only somebody dials who guesses how to get a line. Not asked of a challenge: on
 * FreeSWITCH every honest call of a phone begins with one, and phones do dial 9 011.
 */
export const dialledJunk: Rule = {
  name: 'dialled-junk',
  matches({ kind, calledNumber }, _standing, { policy }) {
    const settings = policy.rules['dialled-junk'];
    if (settings === undefined || calledNumber === undefined) return undefined;
    if (kind !== 'call' && kind !== 'auth-failure') return undefined;
    if (settings.numbers.includes(calledNumber)) {
      return { why: `dialled ${calledNumber}, which only scanners dial`, weight: 'hit' };
    }
    const pattern = foundPattern(settings.patterns, calledNumber);
    if (pattern === undefined) return undefined;
    return { why: `dialled ${calledNumber}, as only scanners do (${pattern})`, weight: 'hit' };
  },
  several: (hits) => `${count(hits, 'number')} dialled as only scanners do`,
};
