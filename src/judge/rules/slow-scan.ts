import { accountsTried } from '../accounts.ts';
import { dayOf, daysOf, numbersTried } from '../numbers.ts';
import { shieldOf } from '../shield.ts';
import { isShutOut } from '../standing.ts';
import { count, span } from '../words.ts';
import type { Rule } from './rule.ts';

/**
 * A few tries a day, for days: each below what the other rules count. One phone with one stale
 * password tries one account, however long, and is not meant.
 */
export const slowScan: Rule = {
  name: 'slow-scan',
  matches(event, standing, { policy, world, now }) {
    const settings = policy.rules['slow-scan'];
    const { accounts, numbers, firstAt } = standing;
    // Nearly every source was seen today only, and is quickly told.
    if (settings === undefined || dayOf(firstAt) === dayOf(now) || !TRIES.has(event.kind)) {
      return undefined;
    }
    const { tries, days, withinSeconds } = settings;
    if ((accounts?.length ?? 0) + (numbers?.length ?? 0) < tries) return undefined;
    if (isShutOut(standing, now)) return undefined;
    const since = now - withinSeconds * 1000;
    const live = shieldOf(standing, world, now)?.live;
    const names = accountsTried(standing, since, now, live);
    const dialled = numbersTried(standing, since);
    const seen = daysOf([...names.times, ...dialled.times].filter((at) => at > since));
    if (names.all + dialled.all < tries || seen.size < days) return undefined;
    const proven = names.proven + dialled.proven >= tries;
    const what = [
      ...(names.all === 0 ? [] : [count(names.all, 'account')]),
      ...(dialled.all === 0 ? [] : [count(dialled.all, 'number')]),
    ];
    return {
      why: `${what.join(' and ')} tried in vain on ${count(seen.size, 'day')} (limit ${tries} on ${days} in ${span(withinSeconds)})`,
      weight: { limit: proven ? 'proven' : 'forgeable' },
    };
  },
};

const TRIES: ReadonlySet<string> = new Set(['call', 'auth-failure', 'unknown-account']);
