import { overlapsWith } from '../event/nested.ts';
import type { Centre, WantedBase } from './centre.ts';
import { isFree } from './freed.ts';
import type { Reader, Roll } from './inbox.ts';
import { READER } from './inbox.ts';
import type { FleetMemory } from './memory.ts';
import type { Lift, Message, Notice } from './notice.ts';
import type { Order, UnbanOrder } from './order.ts';
import type { Accept, Claims, Decision } from './quorum.ts';
import { decide } from './quorum.ts';
import type { SiteBudget } from './site-budget.ts';
import { KEPT_MS } from './words.ts';

/** What the fleet asks of this site. Whether it is done is for the breaker to say. */
export interface Wishes {
  /** Enough sites say it. @param at when the last of them did, by this site's clock or the server's */
  shutOut(target: string, decision: Decision, at: number): void;
  /** Too few say it now: a ban that came of it ends. */
  notAnyMore(target: string): void;
  /** The operator lets the source in everywhere; an order may be heard when its time is over. */
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
    // Told while the source was let in everywhere: not even who hears it later takes it.
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
    /**
     * One transaction for all of it: what was counted as heard is known after a crash as well.
     * Throws StoreError, like `order`: then it counts as not heard, and comes again.
     */
    message({ site, number, told }: Message, at: number): void {
      const touched = memory.together(() => {
        memory.putHeard(site, number);
        // What this site itself told has been done here already.
        return site === parts.site ? [] : told.filter((item) => note(site, item, at));
      });
      roll.heard.set(site, number);
      for (const { target } of touched) consider(target, at);
    },
    order(order: Order): void {
      if (order.order === 'allow') {
        memory.putFact(ALLOWED, JSON.stringify(order));
        roll.allowAt = order.at;
        wishes.allow(order.networks.map(({ network }) => network));
      } else if (order.order === 'rollout') {
        parts.centre.rollout(order);
      } else if (order.order === 'unban') {
        const { target, at, until, because } = order;
        // Nothing that was told before it is left; and a site with a new database may be shown it.
        if (at <= parts.now() - KEPT_MS) return;
        const freed = { target, at, until, because };
        const cleared = [...claims.targets()].filter(overlapsWith(target));
        memory.together(() => {
          memory.putFreed(freed);
          for (const each of cleared) memory.clearClaims(each);
        });
        roll.freed.set(target, freed);
        for (const each of cleared) claims.clear(each);
        wishes.free(order);
        // Heard when it is over, it frees nothing from now on; what bore the fleet's bans is gone.
        if (until <= parts.now()) for (const each of cleared) consider(each, parts.now());
      } else {
        const { site, at } = order;
        const key = order.order === 'site' ? order.key : undefined;
        const before = roll.members.get(site)?.key;
        if (order.order === 'site' && site === parts.site) parts.centre.ring(order.ring);
        memory.together(() => {
          memory.putMember({ site, key, at });
          if (key !== before) memory.forgetClaims(site);
        });
        roll.members.set(site, { site, key, at });
        const gone = key === before ? [] : claims.forget(site);
        for (const target of gone) consider(target, parts.now());
      }
    },
  };
}
