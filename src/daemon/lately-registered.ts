/** Sources that hold a registration, and those that held one a short while ago. */
export interface LatelyRegistered {
  /** Takes the live ones as they are now; answers whether `targets` has changed. */
  look(live: Iterable<string>, now: number): boolean;
  readonly targets: readonly string[];
}

/**
 * How long a source stays let in after its registration is gone, in ms: the most that PBXs grant a
 * registration by default, so that a PBX which forgot its phones has them back by then.
 */
export const GONE_MS = 7_200_000;
/** Registrations need a password, so no stranger fills this. */
const MOST_GONE = 50_000;

export function latelyRegistered(): LatelyRegistered {
  let live = new Set<string>();
  /** Until when each is let in all the same. */
  const gone = new Map<string, number>();

  return {
    look(next, now) {
      const before = live;
      const had = new Set([...live, ...gone.keys()]);
      live = new Set(next);
      for (const [target, until] of gone) {
        if (until <= now || live.has(target)) gone.delete(target);
      }
      for (const target of before) {
        if (!live.has(target) && gone.size < MOST_GONE) gone.set(target, now + GONE_MS);
      }
      const has = [...live, ...gone.keys()];
      return has.length !== had.size || has.some((target) => !had.has(target));
    },
    get targets() {
      return [...live, ...gone.keys()];
    },
  };
}
