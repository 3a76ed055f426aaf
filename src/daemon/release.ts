import type { Keeper } from '../enforce/keeper.ts';
import type { Ban } from '../judge/verdict.ts';
import type { Policy } from '../policy/policy.ts';
import type { Chronicle } from './chronicle.ts';
import type { Journaling } from './journaling.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Surroundings } from './surroundings.ts';

/** Frees one target everywhere and starts the grace in which nothing may ban it again. */
export type Release = (
  target: string,
  how: {
    readonly by: string;
    readonly because: string;
    /** Milliseconds since the epoch; default: the policy's grace from now. */
    readonly until?: number;
    /** The fleet wants it: nothing to tell it. */
    readonly quiet?: true;
  },
) => Promise<{ released: boolean; graceUntil: number }>;

export function createRelease(parts: {
  readonly policy: () => Policy;
  readonly keeper: () => Keeper;
  readonly ledger: Ledger;
  readonly surroundings: Surroundings;
  readonly journal: Pick<Journaling, 'released'>;
  readonly chronicle: Pick<Chronicle, 'released'>;
  readonly log: Log;
  /** For the fleet. @param ban the one that ran */
  readonly told?: (target: string, ban: Ban | undefined) => void;
  readonly now: () => number;
}): Release {
  return async (target, { by, because, until, quiet }) => {
    const now = parts.now();
    const graceUntil = until ?? now + parts.policy().jail.graceSeconds * 1000;
    // The grace first: a ban of this target may be on its way to the enforcers already.
    parts.surroundings.grace(target, graceUntil);
    parts.journal.released(target, graceUntil);
    const ban = parts.ledger.get(target);
    const released = parts.ledger.release(target, { now, by, because, graceUntil });
    await parts.keeper().release([target]);
    if (released) parts.chronicle.released(target);
    parts.log.info({ event: 'released', target, by, because, graceUntil, released }, 'released');
    if (quiet !== true) parts.told?.(target, ban);
    return { released, graceUntil };
  };
}
