import { accountsTried } from '../accounts.ts';
import { shieldOf } from '../shield.ts';
import { isShutOut } from '../standing.ts';
import { count, span } from '../words.ts';
import type { Rule } from './rule.ts';

/**
 * Many distinct accounts tried in vain: the mark of a scanner, and the one thing that breaks
 * the shield of a source with live registrations, at a limit of its own.
 */
export const accountSweep: Rule = {
  name: 'account-sweep',
  matches(event, standing, { policy, world, now }) {
    const settings = policy.rules['account-sweep'];
    const { accounts } = standing;
    if (settings === undefined || accounts === undefined || !TRIES.has(event.kind))
      return undefined;
    // Fewer names than either limit is by far the common case, and quickly told.
    if (accounts.length < Math.min(settings.accounts, policy.shield.accounts)) return undefined;
    if (isShutOut(standing, now)) return undefined;
    const shield = shieldOf(standing, world, now);
    const limit = shield === undefined ? settings.accounts : policy.shield.accounts;
    const since = now - settings.withinSeconds * 1000;
    const tried = accountsTried(standing, since, now, shield?.live);
    if (tried.all < limit) return undefined;
    const figures = `(limit ${limit} in ${span(settings.withinSeconds)}${shield ? ' for a source with live registrations' : ''})`;
    return {
      why: `${count(tried.all, 'account')} tried in vain in ${span((now - Math.max(since, tried.firstAt)) / 1000)} ${figures}`,
      weight: { limit: tried.proven >= limit ? 'proven' : 'forgeable' },
    };
  },
};

const TRIES: ReadonlySet<string> = new Set(['auth-failure', 'unknown-account', 'challenged']);
