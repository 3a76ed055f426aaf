import type { Standings } from '../judge/standings.ts';
import type { Ban } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import type { Store } from '../store/store.ts';

/** The bans in force: what every enforcer should hold. */
export interface Ledger {
  /** All bans in force; the wanted set of the reconcile tick. */
  readonly wanted: () => readonly Ban[];
  get(target: string): Ban | undefined;
  readonly size: number;
  readonly quarantines: number;
  /** Puts a ban in force; it replaces a running one of the same target. */
  add(ban: Ban): void;
  /** Stores it, in enforce mode. Throws StoreError: the ban is in force all the same. */
  keep(ban: Ban): void;
  /** Ends a ban by hand; false when none ran. */
  release(target: string, release: Release): boolean;
  /** Drops the bans whose time is over and returns them. */
  expire(now: number): Ban[];
  /** Bans that cover a trunk, a trusted network or what the fleet allows now: their names may have changed in DNS. */
  conflicts(world: World): Ban[];
  /** The mode changed: forgets what is here and, in enforce mode, reads the store again. */
  restart(now: number): void;
}

export interface Release {
  readonly now: number;
  readonly by: string;
  readonly because: string;
  readonly graceUntil: number;
}

/**
 * In enforce mode every ban is stored in the same turn, so that it survives a restart. What
 * observe mode would have banned is kept here alone: switching to enforce must not carry out
 * bans that nobody was shown.
 */
export function createLedger(
  store: Store,
  standings: Standings,
  stored: () => boolean,
  now: number,
): Ledger {
  const bans = new Map<string, Ban>();
  let quarantines = 0;

  const put = (ban: Ban): void => {
    drop(ban.target);
    bans.set(ban.target, ban);
    if (ban.quarantine) quarantines++;
  };
  const drop = (target: string): Ban | undefined => {
    const ban = bans.get(target);
    if (ban?.quarantine === true) quarantines--;
    bans.delete(target);
    return ban;
  };
  const load = (at: number): Ban[] => {
    const active = stored() ? store.activeBans(at) : [];
    for (const ban of active) put(ban);
    return active;
  };
  // Standings learn of these with all earlier bans, when the enforcers have them.
  load(now);

  const restart = (at: number): void => {
    // A source that observe mode only would have banned must not count as shut out for ever.
    for (const target of bans.keys()) standings.released(target, at);
    bans.clear();
    quarantines = 0;
    for (const ban of load(at)) standings.banned(ban.target, ban);
  };

  return {
    wanted: () => [...bans.values()],
    get: (target) => bans.get(target),
    get size() {
      return bans.size;
    },
    get quarantines() {
      return quarantines;
    },
    add(ban) {
      put(ban);
      standings.banned(ban.target, ban);
    },
    keep(ban) {
      if (stored()) store.putBan(ban);
    },
    release(target, release) {
      const ran = drop(target) !== undefined;
      standings.released(target, release.now);
      const wasStored = store.release(target, release);
      return ran || wasStored;
    },
    expire(at) {
      const over = [...bans.values()].filter((ban) => ban.until <= at);
      for (const ban of over) drop(ban.target);
      return over;
    },
    conflicts: (world) =>
      [...bans.values()].filter(
        ({ target }) =>
          world.trunks.overlaps(target) !== undefined ||
          world.trusted.overlaps(target) !== undefined ||
          world.own.overlaps(target) !== undefined ||
          world.allowed?.overlaps(target) !== undefined,
      ),
    restart,
  };
}
