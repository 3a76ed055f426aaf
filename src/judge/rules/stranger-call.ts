import { count } from '../words.ts';
import type { Rule } from './rule.ts';

/** A call from a source that is neither trunk, nor trusted network, nor holds a registration. */
export const strangerCall: Rule = {
  name: 'stranger-call',
  matches(event, _standing, { policy, world }) {
    if (event.kind !== 'call' || policy.rules['stranger-call'] === undefined) return undefined;
    const { fromStrangers } = policy.calls;
    if (fromStrangers === 'pass') return undefined;
    const [unresolved] = world.unresolvedHosts;
    if (unresolved !== undefined) {
      // The good call wins: what may be the carrier's is let through, and the operator told.
      return {
        why: `a stranger, or the carrier: DNS has not told the addresses of ${unresolved} yet`,
        weight: 'mention',
      };
    }
    const called = event.calledNumber === undefined ? '' : ` to ${event.calledNumber}`;
    return {
      why: `call${called} from a stranger: ${event.source.address} is no trunk, in no trusted network and holds no registration`,
      weight: fromStrangers === 'watch' ? 'mention' : 'hit',
    };
  },
  several: (hits) => `${count(hits, 'call')} from a stranger`,
};
