import type { SipEvent } from '../../event/sip-event.ts';
import { count } from '../words.ts';
import { foundPattern } from './patterns.ts';
import type { Rule } from './rule.ts';

/**
 * A user agent that holds the name of a scanner, as plain text or as a pattern of the operator's,
 * upper and lower case alike.
 */
export const scannerUserAgent: Rule = {
  name: 'scanner-user-agent',
  matches(event, _standing, { policy }) {
    const { userAgent } = event;
    const settings = policy.rules['scanner-user-agent'];
    if (settings === undefined || userAgent === undefined || !isAttempt(event)) return undefined;
    const lower = userAgent.toLowerCase();
    const { agents, patterns } = settings;
    const agent =
      agents.find((piece) => piece !== '' && lower.includes(piece.toLowerCase())) ??
      foundPattern(patterns, userAgent);
    if (agent === undefined) return undefined;
    return { why: `user agent "${userAgent}" is a scanner's ("${agent}")`, weight: 'hit' };
  },
  several: (hits) => `${count(hits, 'attempt')} with a scanner's user agent`,
};

/** A challenge belongs to an attempt that gives an event of its own, and must not count twice. */
function isAttempt({ kind }: SipEvent): boolean {
  return kind !== 'challenged';
}
