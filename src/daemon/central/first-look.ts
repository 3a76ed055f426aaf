import { setTimeout as pause } from 'node:timers/promises';

/** How long the sites after one wait for its first look, in ms. */
const LOOK_MS = 2000;

/**
 * The first look at a site's file, which those after it wait for.
 * @param earlier resolves once those before it were looked at
 */
export function firstLook(earlier: Promise<void>): { looked: Promise<void>; seen: () => void } {
  let seen!: () => void;
  const told = new Promise<void>((resolve) => (seen = resolve));
  // A file on a disk that hangs must not keep the others from running.
  const late = earlier.then(() => pause(LOOK_MS, undefined, { ref: false }));
  return { looked: Promise.race([told, late]), seen };
}
