import type { Proof, SipEvent } from '../../event/sip-event.ts';
import type { Policy } from '../../policy/policy.ts';
import type { RuleName, Threshold } from '../../policy/policy-rules.ts';
import type { Standing } from '../standing.ts';
import type { World } from '../world.ts';

/** A named check. Rules only say what they see: hits, limits and answers are the judge's. */
export interface Rule {
  readonly name: RuleName;
  /** Undefined when the rule abstains, or when the policy switched it off. */
  matches(event: SipEvent, standing: Standing, around: Around): Match | undefined;
  /** What `count` of its hits together are, like `12 wrong passwords for 3 accounts`. */
  several?(count: number, standing: Standing, since: number): string;
}

/** What a rule may look at besides the event and its source's standing. */
export interface Around {
  readonly world: World;
  readonly policy: Policy;
  /** `seenAt` of the event, ms since the epoch. */
  readonly now: number;
}

export interface Match {
  /** Words an operator can read to a customer. */
  readonly why: string;
  /**
   * `hit`: counts towards the rule's limit, and meanwhile the call is rejected.
   * `mention`: the event is watched, nothing is counted.
   * `limit`: the limit is reached by this alone, on evidence of this proof.
   */
  readonly weight: 'hit' | 'mention' | { readonly limit: Proof };
}

/** The limit of a rule whose matches are counted as hits; undefined for those that count themselves. */
export function thresholdOf(rule: RuleName, policy: Policy): Threshold | undefined {
  const settings = policy.rules[rule];
  return settings !== undefined && 'hits' in settings ? settings : undefined;
}
