import { count } from '../words.ts';
import type { Rule } from './rule.ts';

/** A request the PBX could not read, or a caller ID made to forge events. */
export const badRequest: Rule = {
  name: 'bad-request',
  matches(event, _standing, { policy }) {
    if (policy.rules['bad-request'] === undefined) return undefined;
    if (event.kind === 'call' && event.injected === true) {
      // No phone and no carrier sends these: one is enough (facts/asterisk.md §2).
      return { why: INJECTED, weight: { limit: event.proof } };
    }
    if (event.kind !== 'bad-request') return undefined;
    return { why: 'request the PBX could not read', weight: 'hit' };
  },
  several: (hits) => `${count(hits, 'request')} the PBX could not read`,
};

/** Said of known sources too, whose call is rejected but who are never banned (judge/known). */
export const INJECTED =
  'control characters in the caller ID or called number: an attempt to forge PBX events';
