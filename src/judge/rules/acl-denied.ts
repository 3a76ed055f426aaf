import { count } from '../words.ts';
import type { Rule } from './rule.ts';

/** The PBX's own ACL said no. */
export const aclDenied: Rule = {
  name: 'acl-denied',
  matches(event, _standing, { policy }) {
    if (event.kind !== 'acl-denied' || policy.rules['acl-denied'] === undefined) return undefined;
    const account = event.account === undefined ? '' : ` for account ${event.account}`;
    return { why: `refused by the PBX's own ACL${account}`, weight: 'hit' };
  },
  several: (hits) => `${count(hits, 'refusal')} by the PBX's own ACL`,
};
