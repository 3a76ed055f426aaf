import type { Proof } from '../event/sip-event.ts';
import type { Policy } from '../policy/policy.ts';
import type { Standing } from './standing.ts';

/**
 * Length of the next ban, in seconds. Proven evidence climbs the ladder of jail time by earlier
 * jail, forgeable evidence the ladder of quarantine by earlier quarantines; the last step repeats.
 * Quiet time steps down again.
 */
export function jailSeconds(policy: Policy, standing: Standing, proof: Proof, now: number): number {
  const proven = proof === 'proven';
  const ladder = proven ? policy.jail.timeSeconds : policy.jail.quarantineSeconds;
  const { bans, quarantines } = forgiven(standing, now, policy.jail.forgetSeconds * 1000);
  const step = Math.min(proven ? bans : quarantines, ladder.length - 1);
  return ladder[step] ?? 0;
}

/** Earlier bans that still count, and when the last of them ended: quiet time runs from there. */
export interface Past {
  bans: number;
  quarantines: number;
  /** Milliseconds since the epoch. */
  bannedUntil: number | undefined;
}

/**
 * Takes back what quiet time forgives: one step of both ladders for each `forgetMs` since the
 * last ban ended. Asking twice takes back nothing twice.
 */
export function forgive(past: Past, now: number, forgetMs: number): void {
  const { bans, quarantines, bannedUntil } = past;
  if (bannedUntil === undefined || bans + quarantines === 0) return;
  const steps = Math.floor((now - bannedUntil) / forgetMs);
  if (steps < 1) return;
  past.bans = Math.max(0, bans - steps);
  past.quarantines = Math.max(0, quarantines - steps);
  past.bannedUntil = bannedUntil + steps * forgetMs;
}

/** After so much quiet time (ms) from a ban's end it no longer counts, however high it led. */
export function stepsMs({ timeSeconds, quarantineSeconds, forgetSeconds }: Policy['jail']): number {
  return Math.max(timeSeconds.length, quarantineSeconds.length) * forgetSeconds * 1000;
}

/** As forgive, told and not done. */
export function forgiven({ bans, quarantines, bannedUntil }: Past, now: number, forgetMs: number) {
  const past = { bans, quarantines, bannedUntil };
  forgive(past, now, forgetMs);
  return past;
}
