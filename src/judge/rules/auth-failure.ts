import { accountsFailed } from '../accounts.ts';
import { count } from '../words.ts';
import type { Rule } from './rule.ts';

/** A wrong answer to the PBX's challenge. */
export const authFailure: Rule = {
  name: 'auth-failure',
  matches(event, _standing, { policy }) {
    if (event.kind !== 'auth-failure' || policy.rules['auth-failure'] === undefined) {
      return undefined;
    }
    const account = event.account === undefined ? '' : ` for account ${event.account}`;
    return { why: `wrong password${account}`, weight: 'hit' };
  },
  several(hits, standing, since) {
    const accounts = Math.min(hits, accountsFailed(standing, since));
    const tried = accounts === 0 ? '' : ` for ${count(accounts, 'account')}`;
    return `${count(hits, 'wrong password')}${tried}`;
  },
};
