import type { SipEvent } from '../../event/sip-event.ts';
import { count } from '../words.ts';
import type { Rule } from './rule.ts';

/**
 * A user agent that holds the name of a scanner. The policy's agents are plain pieces of text,
 * upper and lower case alike: an expression that a policy got wrong would shut out honest phones.
 */
export const scannerUserAgent: Rule = {
  name: 'scanner-user-agent',
  matches(event, _standing, { policy }) {
    const { userAgent } = event;
    const agents = policy.rules['scanner-user-agent']?.agents;
    if (agents === undefined || userAgent === undefined || !isAttempt(event)) return undefined;
    const lower = userAgent.toLowerCase();
    const agent = agents.find((piece) => piece !== '' && lower.includes(piece.toLowerCase()));
    if (agent === undefined) return undefined;
    return { why: `user agent "${userAgent}" is a scanner's ("${agent}")`, weight: 'hit' };
  },
  several: (hits) => `${count(hits, 'attempt')} with a scanner's user agent`,
};

/** A challenge belongs to an attempt that gives an event of its own, and must not count twice. */
function isAttempt({ kind }: SipEvent): boolean {
  return kind !== 'challenged';
}
