import type { Ban } from '../judge/verdict.ts';
import type { Enforcer, Locked, Lockdown } from './enforcer.ts';
import { keepPlace, type KeptPlace, type PlaceStatus, type Report } from './kept-place.ts';

export interface KeeperParts {
  /** Every ban that is to be in force now. */
  wanted(): readonly Ban[];
  now(): number;
  /** Called when a place changes: it fails, works again, or was found to differ. */
  report(name: string, report: Report): void;
}

/** Holds every place to the wanted bans. Nothing here rejects: faults are reported and repaired. */
export interface Keeper {
  /** Opens every place and restores the bans in force. */
  open(): Promise<void>;
  /** Acts on all places at once; resolves when each has it or failed, or is not waited for any longer. */
  ban(ban: Ban): Promise<void>;
  release(targets: readonly string[]): Promise<void>;
  /** Compares each place with what is wanted, and applies the difference. */
  tick(): Promise<void>;
  status(): PlaceStatus[];
  /** As in Enforcer, from the first place that can tell. */
  saw(address: string): Promise<boolean | undefined>;
  /** The same, and that place holds the ban until it has answered; longer only when the answer is not no. */
  sawHolding(address: string, hold: Ban): Promise<boolean | undefined>;
  /** As in Enforcer, by the first place that can; false when none can. Rejects with its fault. */
  lockdown(wanted: Lockdown | undefined): Promise<boolean>;
  locked(): Promise<Locked | undefined>;
  senders(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Each place goes at its own pace: a slow or failing one delays no other, and what it missed the
 * next tick makes good.
 */
export function createKeeper(enforcers: readonly Enforcer[], parts: KeeperParts): Keeper {
  const places = enforcers.map((enforcer) => keepPlace(enforcer, parts));
  const seeingAt = enforcers.findIndex((enforcer) => enforcer.saw !== undefined);
  const locking = enforcers.find((enforcer) => enforcer.lockdown !== undefined);
  const saw = async (address: string): Promise<boolean | undefined> => {
    try {
      return await enforcers[seeingAt]?.saw?.(address);
    } catch {
      // A place that cannot be asked leaves the matter open.
      return undefined;
    }
  };
  const each = async (
    act: (place: KeptPlace) => Promise<void>,
    atMostMs: number,
  ): Promise<void> => {
    await Promise.all(places.map((place) => patiently(act(place), atMostMs)));
  };

  return {
    open: () => each((place) => place.tick(), OPEN_MS),
    ban: (ban) => each((place) => place.ban(ban), WAIT_MS),
    release: (targets) => each((place) => place.release(targets), WAIT_MS),
    tick: () => each((place) => place.tick(), WAIT_MS),
    status: () => places.map((place) => place.status()),
    saw,
    async sawHolding(address, hold) {
      const place = places[seeingAt];
      if (place === undefined) return undefined;
      // Asking first would give a scanner half a millisecond more, twice the time of the ban itself.
      await place.ban(hold);
      const answer = await saw(address);
      if (answer === false) await place.release([hold.target]);
      return answer;
    },
    async lockdown(wanted) {
      await locking?.lockdown?.(wanted);
      return locking !== undefined;
    },
    locked: async () => await locking?.locked?.(),
    senders: async () => (await locking?.senders?.()) ?? [],
    close: () => each((place) => place.close(), WAIT_MS),
  };
}

/** How long a caller waits for a place that does not answer; it goes on without him. */
const WAIT_MS = 5_000;
/** 100,000 bans take nftables a second to restore, and fail2ban minutes. */
const OPEN_MS = 10_000;

function patiently(act: Promise<void>, atMostMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, atMostMs).unref();
  });
  return Promise.race([act, enough]).finally(() => clearTimeout(timer));
}
