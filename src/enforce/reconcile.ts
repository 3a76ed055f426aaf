import type { Ban } from '../judge/verdict.ts';

/**
 * What must be done so that a place holds the wanted bans and nothing else. Expired bans are not
 * wanted. Of two bans of one target the later end counts.
 * @param present targets that the place holds, canonical as in Ban
 * @param capacity most the place can hold: bans by hand, then jail before quarantine, then the
 *   longest, then the newest win
 */
export function reconcile(
  wanted: readonly Ban[],
  present: ReadonlySet<string>,
  now: number,
  capacity = Infinity,
): { ban: Ban[]; release: string[] } {
  const kept = capped(inForce(wanted, now), capacity);
  return {
    ban: [...kept.values()].filter(({ target }) => !present.has(target)),
    release: [...present].filter((target) => !kept.has(target)),
  };
}

function inForce(wanted: readonly Ban[], now: number): Map<string, Ban> {
  const byTarget = new Map<string, Ban>();
  for (const ban of wanted) {
    if (ban.until <= now) continue;
    const other = byTarget.get(ban.target);
    if (other === undefined || other.until < ban.until) byTarget.set(ban.target, ban);
  }
  return byTarget;
}

function capped(bans: Map<string, Ban>, capacity: number): ReadonlyMap<string, Ban> {
  if (bans.size <= capacity) return bans;
  const worst = [...bans].toSorted(([, a], [, b]) => before(a, b)).slice(0, Math.max(0, capacity));
  return new Map(worst);
}

/** Negative when `a` is to be kept rather than `b`. Ends with the target, so that every tick agrees. */
function before(a: Ban, b: Ban): number {
  return (
    Number(b.by === 'hand') - Number(a.by === 'hand') ||
    Number(a.quarantine) - Number(b.quarantine) ||
    b.until - b.since - (a.until - a.since) ||
    b.since - a.since ||
    (a.target < b.target ? -1 : 1)
  );
}
