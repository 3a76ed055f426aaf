import { accountsFailed } from '../accounts.ts';
import { count } from '../words.ts';
import type { Rule } from './rule.ts';

/** An account this PBX does not have. */
export const unknownAccount: Rule = {
  name: 'unknown-account',
  matches(event, _standing, { policy }) {
    if (event.kind !== 'unknown-account' || policy.rules['unknown-account'] === undefined) {
      return undefined;
    }
    const account = event.account === undefined ? '' : ` ${event.account}`;
    return { why: `no such account${account}`, weight: 'hit' };
  },
  several(hits, standing, since) {
    const accounts = Math.min(hits, accountsFailed(standing, since));
    const names = accounts < 2 ? '' : ` under ${accounts} names`;
    return `${count(hits, 'attempt')} at accounts that do not exist${names}`;
  },
};
