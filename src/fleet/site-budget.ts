/** How many notices of each site are taken in a minute: what a poisoned site can do at most. */
export interface SiteBudget {
  /** @param at ms since the epoch, when the message reached the server or this site */
  spend(site: string, at: number): boolean;
}

/** A bucket for each site: full at first, filled again over a minute. */
export function createSiteBudget(perMinute: () => number): SiteBudget {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    spend(site, at) {
      const most = perMinute();
      let bucket = buckets.get(site);
      if (bucket === undefined) buckets.set(site, (bucket = { left: most, at }));
      // What is caught up with lies in the past: time in a bucket never runs backwards.
      const passed = Math.max(0, at - bucket.at);
      bucket.left = Math.min(most, bucket.left + (passed * most) / 60_000);
      bucket.at = Math.max(bucket.at, at);
      if (bucket.left < 1) return false;
      bucket.left--;
      return true;
    },
  };
}
