import type { Rule } from './rule.ts';

/**
 * The harmless magic user agent, so that a live system can be tested: its call is rejected even
 * from a known source, and nobody is banned for it. The judge asks it before all others.
 */
export const canary: Rule = {
  name: 'canary',
  matches(event, _standing, { policy }) {
    const settings = policy.rules.canary;
    if (settings === undefined || event.userAgent !== settings.userAgent) return undefined;
    return { why: 'the canary was caught: a test by its magic user agent', weight: 'mention' };
  },
};
