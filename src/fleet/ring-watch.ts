import { whyHarm } from './harm.ts';
import type { Member } from './memory.ts';
import type { SiteState } from './operator.ts';
import type { Grown } from './ring-growth.ts';
import { added, growthOf, withoutGreatest } from './ring-growth.ts';
import { LAST_RING } from './words.ts';

/** What one site made of a version that its ring was told to take. Pure, like all of this file. */
export interface RingSite {
  readonly site: string;
  /** `none`: its policy does not extend the fleet's. `silent`: it is not heard. */
  readonly state: 'took' | 'waiting' | 'silent' | 'none' | 'refused' | 'rolled back';
  readonly why?: string;
}

/** The ring that a site counts to while a rollout goes over these; revoked sites are in none. */
export function sitesIn(
  ring: string,
  rings: readonly string[],
  members: readonly Member[],
): readonly string[] {
  return members
    .filter(({ key }) => key !== undefined)
    .filter((member) => {
      const own =
        member.ring !== undefined && rings.includes(member.ring) ? member.ring : LAST_RING;
      return own === ring;
    })
    .map(({ site }) => site)
    .toSorted();
}

export function ringSites(
  sites: readonly string[],
  states: ReadonlyMap<string, SiteState>,
  version: number,
  now: number,
): readonly RingSite[] {
  return sites.map((site): RingSite => {
    const state = states.get(site);
    if (state === undefined || now - state.at > SILENT_MS) return { site, state: 'silent' };
    const { policy } = state.report;
    if (policy === undefined) return { site, state: 'none' };
    if (policy.rolledBack?.version === version) {
      return { site, state: 'rolled back', why: policy.rolledBack.why };
    }
    if (policy.refused?.version === version) {
      return { site, state: 'refused', why: policy.refused.why };
    }
    return { site, state: policy.version === version ? 'took' : 'waiting' };
  });
}

/**
 * Whether the sites that took it are worse off than those that did not, all their calls together:
 * what no single site has calls enough to show. In words why. Each site counts from its own word to
 * its own word, for they come a minute apart. No one site's word hides what the others say: where
 * one of them has more than half of all, it is looked at without it as well.
 * @param before how the sites were when the ring was told
 */
export function whyRingHarmed(
  took: readonly string[],
  others: readonly string[],
  before: ReadonlyMap<string, SiteState>,
  after: ReadonlyMap<string, SiteState>,
): string | undefined {
  const grown = (sites: readonly string[]): Grown[] =>
    sites
      .map((site) => growthOf(before.get(site), after.get(site)))
      .filter((one) => one !== undefined);
  const [all, rest] = [grown(took), grown(others)];
  // A ring of one without it is none, and of the other alone an office that closes.
  const rings = withoutGreatest(all).filter((ring) => ring === all || ring.length > 1);
  for (const ring of rings) {
    for (const each of withoutGreatest(rest)) {
      const why = whyHarmed(ring, each);
      if (why !== undefined) return why;
    }
  }
  return undefined;
}

function whyHarmed(took: readonly Grown[], others: readonly Grown[]): string | undefined {
  const [ring, rest] = [added(took), added(others)];
  if (ring.ms <= 0) return undefined;
  // An hour in which everybody's calls become fewer is no fault of the policy.
  const share = rest.expected === 0 ? 1 : Math.min(1, rest.good / rest.expected);
  const scale = rest.ms === 0 ? 0 : (HOUR_MS * took.length) / rest.ms;
  const usual = {
    ms: HOUR_MS,
    good: Math.round(ring.usual * share),
    lost: 0,
    refused: Math.round(rest.refused * scale),
    overBudget: Math.round(rest.overBudget * scale),
  };
  const ms = ring.usual === 0 ? ring.ms / took.length : (ring.expected / ring.usual) * HOUR_MS;
  // With nobody to compare with, each site's own word on its breaker has to do.
  const { refused, overBudget } = rest.ms === 0 ? { refused: 0, overBudget: 0 } : ring;
  return whyHarm([usual], { ms, good: ring.good, lost: 0, refused, overBudget });
}

/** A site tells how it is each minute. */
export const SILENT_MS = 180_000;
const HOUR_MS = 3_600_000;
