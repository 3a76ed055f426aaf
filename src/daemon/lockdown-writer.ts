import { EnforceError, type Locked, type Lockdown } from '../enforce/enforcer.ts';
import type { Keeper } from '../enforce/keeper.ts';

/** Writes lockdown to the packet filter, one write at a time, and remembers how that went. */
export interface LockdownWriter {
  /** Writes what is wanted when its turn comes. Rejects with EnforceError; `failed` was told then. */
  write(): Promise<void>;
  /** The place may be another, or hold what an earlier process has left there. */
  forget(): void;
  /** Compares with what the place says: answers whether it has lost what was written. */
  check(): Promise<boolean>;
  readonly held: 'unknown' | 'open' | 'closed';
  /** Milliseconds since the epoch of the last write that closed the ports. */
  readonly closedAt: number;
  readonly inForce: boolean;
  readonly droppedPackets: number;
  readonly problem: string | undefined;
}

/** What is to be held: nothing more, this, or what it holds until the problem is solved. */
export type Wanted =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly lockdown: Lockdown; readonly problem?: string }
  | { readonly kind: 'as-it-is'; readonly problem: string };

export function lockdownWriter(parts: {
  readonly keeper: () => Pick<Keeper, 'lockdown' | 'locked'>;
  readonly wanted: () => Wanted;
  readonly now: () => number;
  readonly failed: (error: unknown) => void;
}): LockdownWriter {
  let held: LockdownWriter['held'] = 'unknown';
  let closedAt = Number.NEGATIVE_INFINITY;
  let found: Locked = { inForce: false, droppedPackets: 0 };
  let problem: string | undefined;
  let turn: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  async function writeNow(): Promise<void> {
    const wanted = parts.wanted();
    problem = wanted.kind === 'open' ? undefined : wanted.problem;
    if (wanted.kind === 'as-it-is') return;
    const lockdown = wanted.kind === 'closed' ? wanted.lockdown : undefined;
    try {
      await parts.keeper().lockdown(lockdown);
    } catch (error) {
      problem = wordsFor(error);
      parts.failed(error);
      throw error;
    }
    held = wanted.kind;
    found = { ...found, inForce: wanted.kind === 'closed' };
    if (wanted.kind === 'closed') closedAt = parts.now();
  }

  return {
    write() {
      waiting ??= turn.then(() => {
        waiting = undefined;
        return writeNow();
      });
      turn = waiting.catch(() => {});
      return waiting;
    },
    forget() {
      held = 'unknown';
    },
    async check() {
      try {
        found = (await parts.keeper().locked()) ?? { ...found, inForce: false };
      } catch (error) {
        problem = wordsFor(error);
        return false;
      }
      return held === 'closed' && !found.inForce;
    },
    get held() {
      return held;
    },
    get closedAt() {
      return closedAt;
    },
    get inForce() {
      return found.inForce;
    },
    get droppedPackets() {
      return found.droppedPackets;
    },
    get problem() {
      return problem;
    },
  };
}

function wordsFor(error: unknown): string {
  return error instanceof EnforceError ? `${error.message}. ${error.hint}` : String(error);
}
