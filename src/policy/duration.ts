/** Seconds in ten years: the longest time that a policy or a command may name. */
export const LONGEST_SECONDS = 3650 * 86_400;

/** What to write, for hints. */
export const DURATION_HINT = 'write a whole number and a unit: 30s, 10m, 4h, 2d or 1w';

/** For editors: what parseDuration reads, short of its bound. */
export const DURATION_PATTERN = '^[1-9][0-9]{0,8}[smhdw]$';

/**
 * Reads `30s`, `10m`, `4h`, `2d` or `1w`.
 * Returns seconds, 1 to LONGEST_SECONDS, or undefined: there is no zero, no fraction, no
 * compound form and no bare number, so that nobody has to guess which unit was meant.
 */
export function parseDuration(text: string): number | undefined {
  if (!PATTERN.test(text)) return undefined;
  const seconds = Number(text.slice(0, -1)) * (SECONDS_OF[text.slice(-1)] ?? Number.NaN);
  return seconds <= LONGEST_SECONDS ? seconds : undefined;
}

/** Writes whole seconds in the largest unit that loses nothing: 600 is `10m`, 604800 is `7d`. */
export function formatDuration(seconds: number): string {
  for (const unit of ['d', 'h', 'm']) {
    const size = SECONDS_OF[unit] ?? 1;
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}

const PATTERN = new RegExp(DURATION_PATTERN);
const SECONDS_OF: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};
