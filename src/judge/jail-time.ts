import type { Proof } from '../event/sip-event.ts';
import type { Policy } from '../policy/policy.ts';
import type { Standing } from './standing.ts';

/**
 * Length of the next ban, in seconds. Proven evidence climbs the ladder of jail time by earlier
 * jail, forgeable evidence the ladder of quarantine by earlier quarantines; the last step repeats.
 */
export function jailSeconds(policy: Policy, standing: Standing, proof: Proof, now: number): number {
  const proven = proof === 'proven';
  const ladder = proven ? policy.jail.timeSeconds : policy.jail.quarantineSeconds;
  const earlier = proven ? standing.bans : standing.quarantines;
  const step = isForgotten(policy, standing, now) ? 0 : Math.min(earlier, ladder.length - 1);
  return ladder[step] ?? 0;
}

/** Starts the count of earlier bans anew when the last of them ended long enough ago. */
export function forgetOldBans(policy: Policy, standing: Standing, now: number): void {
  if (!isForgotten(policy, standing, now)) return;
  standing.bans = 0;
  standing.quarantines = 0;
}

function isForgotten(policy: Policy, { bannedUntil }: Standing, now: number): boolean {
  return bannedUntil !== undefined && now - bannedUntil >= policy.jail.forgetSeconds * 1000;
}
