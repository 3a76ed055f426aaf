import { whyHarm } from './harm.ts';
import type { Member } from './memory.ts';
import type { SiteState } from './operator.ts';
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
 * its own word, for they come a minute apart.
 * @param before how the sites were when the ring was told
 */
export function whyRingHarmed(
  took: readonly string[],
  others: readonly string[],
  before: ReadonlyMap<string, SiteState>,
  after: ReadonlyMap<string, SiteState>,
): string | undefined {
  const ring = added(took, before, after);
  const rest = added(others, before, after);
  if (ring.siteMs <= 0) return undefined;
  // An hour in which everybody's calls become fewer is no fault of the policy.
  const share = rest.expected === 0 ? 1 : Math.min(1, rest.good / rest.expected);
  const scale = rest.siteMs === 0 ? 0 : (HOUR_MS * ring.sites) / rest.siteMs;
  const usual = {
    ms: HOUR_MS,
    good: Math.round(ring.usual * share),
    lost: 0,
    refused: Math.round(rest.refused * scale),
    overBudget: Math.round(rest.overBudget * scale),
  };
  const ms = ring.usual === 0 ? ring.siteMs / ring.sites : (ring.expected / ring.usual) * HOUR_MS;
  // With nobody to compare with, each site's own word on its breaker has to do.
  const { refused, overBudget } = rest.siteMs === 0 ? { refused: 0, overBudget: 0 } : ring;
  return whyHarm([usual], { ms, good: ring.good, lost: 0, refused, overBudget });
}

function added(
  sites: readonly string[],
  before: ReadonlyMap<string, SiteState>,
  after: ReadonlyMap<string, SiteState>,
) {
  const sum = { sites: 0, siteMs: 0, good: 0, refused: 0, overBudget: 0, usual: 0, expected: 0 };
  for (const site of sites) {
    const first = before.get(site);
    const last = after.get(site);
    // One that started anew counts from nothing: it has no part in this.
    if (first === undefined || first.report.startedAt !== last?.report.startedAt) continue;
    const [then, since] = [first.report, last.report];
    const ms = last.at - first.at;
    const perHour = then.policy?.goodLastHour ?? 0;
    sum.sites++;
    sum.siteMs += ms;
    sum.good += since.calls.good - then.calls.good;
    sum.refused += since.breaker.refused - then.breaker.refused;
    sum.overBudget += since.breaker.overBudget - then.breaker.overBudget;
    sum.usual += perHour;
    sum.expected += (perHour * ms) / HOUR_MS;
  }
  return sum;
}

/** A site tells how it is each minute. */
export const SILENT_MS = 180_000;
const HOUR_MS = 3_600_000;
