import { EnforceError } from '../enforce/enforcer.ts';
import type { Store } from '../store/store.ts';
import type { Refusal } from '../web/refusal.ts';
import type { Log } from './log.ts';

export interface LockdownSwitchParts {
  readonly store: Pick<Store, 'lockdown' | 'putLockdown'>;
  /** Rejects with EnforceError when the place does not take it. */
  readonly write: () => Promise<void>;
  /** The same where nobody waits: its fault is shown, and a later tick tries again. */
  readonly writeOn: () => Promise<void>;
  /** What stands against switching it on. */
  readonly refusal: () => Refusal | undefined;
  readonly log: Pick<Log, 'warn'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Off, unconfirmed or on, by a person's order: an order is answered when the place was told. */
export interface LockdownSwitch {
  readonly at: Switched;
  /** For how long from now, in ms; undefined when the ports are to be open. */
  remaining(): number | undefined;
  on(confirmWithinSeconds: number, by: string): Promise<Refusal | undefined>;
  confirm(by: string): Promise<Refusal | undefined>;
  /** Rejects with EnforceError. */
  off(by: string): Promise<void>;
  /** Nobody confirmed. The kernel has opened the ports by itself; this tidies up. */
  undo(): void;
  /** The policy no longer allows it. Answers whether it was not off already. */
  end(): boolean;
  close(): void;
}

export type Switched =
  | { readonly state: 'off' }
  | {
      readonly state: 'unconfirmed';
      readonly since: number;
      readonly by: string;
      readonly until: number;
      /** On the clock that nobody sets. */
      readonly deadline: number;
    }
  | { readonly state: 'on'; readonly since: number; readonly by: string };

/**
 * How long the kernel keeps a confirmed lockdown without us. Longer than any restart or upgrade;
 * after it nobody has followed the carriers' DNS and the phones' addresses for too long, and the
 * good call wins.
 */
export const LEASE_MS = 3_600_000;

export function lockdownSwitch(parts: LockdownSwitchParts): LockdownSwitch {
  const { store, writeOn, log, now } = parts;
  const confirmed = store.lockdown();
  let at: Switched =
    confirmed === undefined
      ? { state: 'off' }
      : { state: 'on', since: confirmed.confirmedAt, by: confirmed.by };
  let ending: NodeJS.Timeout | undefined;

  function remaining(): number | undefined {
    if (at.state === 'off') return undefined;
    if (at.state === 'on') return LEASE_MS;
    const left = at.deadline - performance.now();
    return left < 1 ? undefined : left;
  }

  function undo(): void {
    if (at.state !== 'unconfirmed') return;
    log.warn({ event: 'lockdown', state: 'off', by: at.by }, 'not confirmed in time: undone');
    at = { state: 'off' };
    void writeOn();
  }

  /** Writes while a person waits: a fault is an answer, and what was before is put back. */
  async function put(next: Switched): Promise<Refusal | undefined> {
    const before = at;
    at = next;
    try {
      await parts.write();
      return undefined;
    } catch (error) {
      at = before;
      void writeOn();
      const hint = error instanceof EnforceError ? { hint: error.hint } : {};
      return { refused: error instanceof Error ? error.message : String(error), ...hint };
    }
  }

  return {
    get at() {
      return at;
    },
    remaining,
    undo,
    async on(confirmWithinSeconds, by) {
      if (at.state === 'on') {
        return { refused: 'lockdown is on already', hint: 'ghostgate lockdown status' };
      }
      const refusal = parts.refusal();
      if (refusal !== undefined) return refusal;
      const ms = confirmWithinSeconds * 1000;
      const since = now();
      const deadline = performance.now() + ms;
      const refused = await put({ state: 'unconfirmed', since, by, until: since + ms, deadline });
      if (refused !== undefined) return refused;
      clearTimeout(ending);
      ending = setTimeout(undo, Math.max(1, deadline - performance.now())).unref();
      log.warn({ event: 'lockdown', state: 'unconfirmed', by, confirmWithinSeconds }, 'lockdown');
      return undefined;
    },
    async confirm(by) {
      if (at.state === 'on') return undefined;
      if (remaining() === undefined) {
        return { refused: 'there is no lockdown to confirm', hint: 'ghostgate lockdown on' };
      }
      const confirmedAt = now();
      store.putLockdown({ confirmedAt, by });
      const refused = await put({ state: 'on', since: confirmedAt, by });
      if (refused !== undefined) {
        store.putLockdown(undefined);
        return refused;
      }
      clearTimeout(ending);
      log.warn({ event: 'lockdown', state: 'on', by }, 'lockdown is confirmed');
      return undefined;
    },
    async off(by) {
      clearTimeout(ending);
      // Stored first: should the place not answer, a restart must not close the ports again.
      store.putLockdown(undefined);
      at = { state: 'off' };
      log.warn({ event: 'lockdown', state: 'off', by }, 'lockdown is off');
      await parts.write();
    },
    end() {
      if (at.state === 'off') return false;
      clearTimeout(ending);
      at = { state: 'off' };
      store.putLockdown(undefined);
      return true;
    },
    close: () => clearTimeout(ending),
  };
}
