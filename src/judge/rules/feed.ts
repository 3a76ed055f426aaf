import type { Rule } from './rule.ts';

/**
 * A stranger from an address that the policy denies by a feed, its country or its network. Asked
 * of challenges as well: whoever is denied must not get as far as an answer.
 */
export const feed: Rule = {
  name: 'feed',
  matches({ source }, standing, { policy, world, now }) {
    const { listings } = world;
    if (listings === undefined || policy.rules.feed === undefined) return undefined;
    const denied = listings.denies(source.address);
    if (denied === undefined) return undefined;
    // A person's word for this address is worth more than a list's.
    if ((world.graces.get(standing.target) ?? 0) > now) return undefined;
    const why = `${source.address} ${denied}`;
    const [unresolved] = world.unresolvedHosts;
    if (unresolved === undefined) return { why, weight: 'hit' };
    // No list may cover a trunk, and nobody knows yet where this one calls from.
    const maybe = `or it is the carrier: DNS has not told the addresses of ${unresolved} yet`;
    return { why: `${why}, ${maybe}`, weight: 'mention' };
  },
};
