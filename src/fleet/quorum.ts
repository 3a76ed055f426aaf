import type { Proof } from '../event/sip-event.ts';

/** What one site says of one source. */
export interface Claim {
  readonly site: string;
  readonly rule: string;
  readonly proof: Proof;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** How many different sites must say the same, by this site's own policy. */
export interface Accept {
  readonly provenFrom: number;
  readonly forgeableFrom: number;
}

/** What the claims about one source come to. */
export interface Decision {
  readonly proof: Proof;
  /** As long as enough sites still say it. */
  readonly until: number;
  /** Who said it, by name. */
  readonly sites: readonly string[];
  readonly rules: readonly string[];
}

/**
 * What claims about one source come to, each site counted once; undefined when too few sites
 * say it. Forgeable evidence of however many sites is never more than forgeable; a site that has
 * proof counts among those that say it at all.
 */
export function decide(
  claims: readonly Claim[],
  accept: Accept,
  now: number,
): Decision | undefined {
  const [only] = claims;
  // Nearly every source is told of by one site, and that at every site of the fleet.
  if (only !== undefined && claims.length === 1) return alone(only, accept, now);
  const live = claims.filter(({ until }) => until > now);
  const proven = live.filter(({ proof }) => proof === 'proven');
  return (
    agreed(proven, 'proven', accept.provenFrom) ?? agreed(live, 'forgeable', accept.forgeableFrom)
  );
}

function alone(
  { site, rule, proof, until }: Claim,
  { provenFrom, forgeableFrom }: Accept,
  now: number,
): Decision | undefined {
  if (until <= now) return undefined;
  const isProven = proof === 'proven' && provenFrom <= 1;
  if (!isProven && forgeableFrom > 1) return undefined;
  return { proof: isProven ? 'proven' : 'forgeable', until, sites: [site], rules: [rule] };
}

function agreed(claims: readonly Claim[], proof: Proof, from: number): Decision | undefined {
  const needed = Math.max(1, from);
  if (claims.length < needed) return undefined;
  const bySite = new Map(claims.map((claim) => [claim.site, claim]));
  const until = [...bySite.values()].map((claim) => claim.until).toSorted((a, b) => b - a);
  const last = until[needed - 1];
  if (last === undefined) return undefined;
  const rules = new Set(claims.map(({ rule }) => rule));
  return { proof, until: last, sites: [...bySite.keys()].toSorted(), rules: [...rules].toSorted() };
}

/** Who said what about which source. Bounded in all, and for each site. */
export interface Claims {
  /** Replaces what the site said of it before. False when there is no room for it. */
  put(target: string, claim: Claim): boolean;
  drop(target: string, site: string): boolean;
  /** Nobody has said anything about it. */
  clear(target: string): void;
  /** Forgets a site; returns the targets it had spoken of. */
  forget(site: string): string[];
  of(target: string): readonly Claim[];
  targets(): IterableIterator<string>;
  /** Drops what is over. */
  expire(now: number): void;
  readonly size: number;
}

export function createClaims(bound = { all: 500_000, perSite: 20_000 }): Claims {
  // Most sources are told by one site: a list for each would cost three times the memory.
  const byTarget = new Map<string, Claim | readonly Claim[]>();
  const bySite = new Map<string, number>();
  let size = 0;
  const of = (target: string): readonly Claim[] => {
    const held = byTarget.get(target);
    if (held === undefined) return NONE;
    return isList(held) ? held : [held];
  };
  const count = (site: string, by: number): void => {
    size += by;
    bySite.set(site, (bySite.get(site) ?? 0) + by);
  };
  const keep = (target: string, claims: readonly Claim[]): void => {
    const [only] = claims;
    if (only === undefined) byTarget.delete(target);
    else byTarget.set(target, claims.length === 1 ? only : claims);
  };
  const drop = (target: string, site: string): boolean => {
    const held = of(target);
    const left = held.filter((claim) => claim.site !== site);
    if (left.length === held.length) return false;
    count(site, -1);
    keep(target, left);
    return true;
  };
  return {
    put(target, claim) {
      const held = of(target);
      const others = held.filter(({ site }) => site !== claim.site);
      const isNew = others.length === held.length;
      if (isNew && (size >= bound.all || (bySite.get(claim.site) ?? 0) >= bound.perSite)) {
        return false;
      }
      if (isNew) count(claim.site, 1);
      keep(target, [...others, claim]);
      return true;
    },
    drop,
    clear(target) {
      for (const { site } of of(target)) drop(target, site);
    },
    forget(site) {
      const told = [...byTarget.keys()].filter((target) => drop(target, site));
      bySite.delete(site);
      return told;
    },
    of,
    targets: () => byTarget.keys(),
    expire(now) {
      for (const target of byTarget.keys()) {
        for (const { site, until } of of(target)) if (until <= now) drop(target, site);
      }
    },
    get size() {
      return size;
    },
  };
}

const NONE: readonly Claim[] = [];

function isList(held: Claim | readonly Claim[]): held is readonly Claim[] {
  return Array.isArray(held);
}
