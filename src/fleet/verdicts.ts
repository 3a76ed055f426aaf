import type { Centre, WantedBase } from './centre.ts';
import { isFree, overlappingOf } from './freed.ts';
import type { Reader, Roll } from './inbox.ts';
import { READER } from './inbox.ts';
import type { FleetMemory } from './memory.ts';
import type { Lift, Message, Notice } from './notice.ts';
import type { Order, UnbanOrder } from './order.ts';
import type { Accept, Claims, Decision } from './quorum.ts';
import { decide } from './quorum.ts';
import type { SiteBudget } from './site-budget.ts';

/** What the fleet asks of this site. Whether it is done is for the breaker to say. */
export interface Wishes {
  /** Enough sites say it. @param at when the last of them did, by this site's clock or the server's */
  shutOut(target: string, decision: Decision, at: number): void;
  /** Too few say it now: a ban that came of it ends. */
  notAnyMore(target: string): void;
  /** The operator lets the source in everywhere. */
  free(order: UnbanOrder): void;
  /** No site may shut these out. */
  allow(networks: readonly string[]): void;
  /** This version is to lie under the site's own policy. Told often; absent: nobody listens. */
  readonly base?: (wanted: WantedBase) => void;
}

export interface VerdictParts {
  readonly site: string;
  readonly roll: Roll;
  readonly claims: Claims;
  readonly memory: FleetMemory;
  readonly budget: SiteBudget;
  readonly accept: () => Accept;
  readonly v6Bits: () => number;
  readonly wishes: Wishes;
  readonly centre: Pick<Centre, 'rollout' | 'ring'>;
  readonly now: () => number;
  readonly reader?: Reader | undefined;
}

/** Notices that were read and not used, by what for. */
export interface Unused {
  overBudget: number;
  badTargets: number;
}

export const ALLOWED = 'allowed';

/** From a message or an order that was let in to what the fleet asks of this site. */
export function createVerdicts(parts: VerdictParts) {
  const { roll, claims, memory, budget, wishes, reader = READER } = parts;
  const unused: Unused = { overBudget: 0, badTargets: 0 };

  const consider = (target: string, at: number): void => {
    if (isFree(roll.freed, target, parts.now())) return;
    const decision = decide(claims.of(target), parts.accept(), parts.now());
    if (decision === undefined) wishes.notAnyMore(target);
    else wishes.shutOut(target, decision, at);
  };

  /** False when it is not used. */
  const note = (site: string, item: Notice | Lift, at: number): boolean => {
    const { target } = item;
    if ('lift' in item) {
      memory.dropClaim(target, site);
      return claims.drop(target, site);
    }
    if (reader.whyUntellable(target, parts.v6Bits()) !== undefined) {
      unused.badTargets++;
      return false;
    }
    if (isFree(roll.freed, target, at)) return false;
    if (item.until <= parts.now()) {
      // It took the place of what the site said before, and both are over by now.
      memory.dropClaim(target, site);
      return claims.drop(target, site);
    }
    const { rule, proof, until } = item;
    const claim = { site, rule, proof, until };
    if (!budget.spend(site, at) || !claims.put(target, claim)) {
      unused.overBudget++;
      return false;
    }
    memory.putClaim(target, claim);
    return true;
  };

  return {
    unused,
    consider,
    /** One transaction for all of it: what was counted as heard is known after a crash as well. */
    message({ site, number, told }: Message, at: number): void {
      const touched = memory.together(() => {
        roll.heard.set(site, number);
        memory.putHeard(site, number);
        // What this site itself told has been done here already.
        return site === parts.site ? [] : told.filter((item) => note(site, item, at));
      });
      for (const { target } of touched) consider(target, at);
    },
    order(order: Order): void {
      if (order.order === 'allow') {
        roll.allowAt = order.at;
        memory.putFact(ALLOWED, JSON.stringify(order));
        wishes.allow(order.networks.map(({ network }) => network));
      } else if (order.order === 'rollout') {
        parts.centre.rollout(order);
      } else if (order.order === 'unban') {
        const { target, at, until, because } = order;
        const freed = { target, at, until, because };
        roll.freed.set(target, freed);
        const told = overlappingOf(claims.targets(), target);
        for (const each of told) claims.clear(each);
        memory.together(() => {
          memory.putFreed(freed);
          for (const each of new Set([target, ...told])) memory.clearClaims(each);
        });
        if (until > parts.now()) wishes.free(order);
        // Read when it is over: what it ended for all others ends here as well.
        else for (const each of new Set([target, ...told])) consider(each, parts.now());
      } else {
        const { site, at } = order;
        const key = order.order === 'site' ? order.key : undefined;
        const before = roll.members.get(site)?.key;
        roll.members.set(site, { site, key, at });
        const gone = key === before ? [] : claims.forget(site);
        memory.together(() => {
          memory.putMember({ site, key, at });
          if (key !== before) memory.forgetClaims(site);
        });
        for (const target of gone) consider(target, parts.now());
        if (order.order === 'site' && site === parts.site) parts.centre.ring(order.ring);
      }
    },
  };
}
