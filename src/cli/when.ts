/** `2026-03-01 14:05`, or with seconds, in local time. @param ms since the epoch */
export function localTime(ms: number, seconds = false): string {
  const date = new Date(ms);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const parts = [date.getHours(), date.getMinutes(), ...(seconds ? [date.getSeconds()] : [])];
  return `${day} ${parts.map(two).join(':')}`;
}

/** `3m ago`, `in 2h5m`, `now`: how far this time is from now. */
export function relative(ms: number, now: number): string {
  const away = ms - now;
  if (Math.abs(away) < 1000) return 'now';
  const words = span(Math.abs(away));
  return away > 0 ? `in ${words}` : `${words} ago`;
}

/** `45s`, `10m`, `3h20m`, `12d4h`: a length of time in the units that policies are written in. */
export function span(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1000));
  const at = UNITS.findIndex(([, size]) => whole >= size);
  const [unit, size] = UNITS[at] ?? ['s', 1];
  const [nextUnit, nextSize] = UNITS[at + 1] ?? ['s', 1];
  const rest = Math.floor((whole % size) / nextSize);
  // Minutes with seconds would say more than anybody wants to know.
  const more = rest === 0 || size <= 60 ? '' : `${rest}${nextUnit}`;
  return `${Math.floor(whole / size)}${unit}${more}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

function two(value: number): string {
  return String(value).padStart(2, '0');
}
