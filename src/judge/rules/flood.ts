import { shieldOf } from '../shield.ts';
import { countSince } from '../times.ts';
import { count, span } from '../words.ts';
import type { Rule } from './rule.ts';

/**
 * More events than any phone makes. Never for a shielded source: when an office's line comes
 * back, all its phones register at once, and banning them is the field's oldest complaint.
 * The judge notes the times (recentEvents) before it asks the rules.
 */
export const flood: Rule = {
  name: 'flood',
  matches(_event, standing, { policy, world, now }) {
    const settings = policy.rules.flood;
    const recent = standing.recentEvents;
    if (settings === undefined || recent === undefined) return undefined;
    const { events, withinSeconds } = settings;
    if (recent.all.length < events) return undefined;
    const since = now - withinSeconds * 1000;
    const seen = countSince(recent.all, since);
    if (seen.count < events || shieldOf(standing, world, now) !== undefined) return undefined;
    const proven = countSince(recent.proven, since).count >= events;
    return {
      why: `${count(seen.count, 'event')} in ${span((now - seen.firstAt) / 1000)} (limit ${events} in ${span(withinSeconds)})`,
      weight: { limit: proven ? 'proven' : 'forgeable' },
    };
  },
};
