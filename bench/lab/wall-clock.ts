const TRIALS = 20;

/**
 * What to add to performance.now() for the time of the wall clock, with which the kernel stamps
 * packets. Each trial waits for the clock's millisecond to turn; whatever comes between the turn
 * and the reading makes it too small, so the largest is right, to some microseconds.
 */
export function wallClockOffset(): number {
  let offset = -Infinity;
  for (let trial = 0; trial < TRIALS; trial++) {
    const before = Date.now();
    let now = before;
    while (now === before) now = Date.now();
    offset = Math.max(offset, now - performance.now());
  }
  return offset;
}
