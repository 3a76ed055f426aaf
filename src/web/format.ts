const NUMBER = new Intl.NumberFormat('en');
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const SHORT_DATE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function figure(count: number): string {
  return NUMBER.format(count);
}

/** `1 ghost call`, `2 ghost calls`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`;
}

/** Time of day of today, else with its date. */
export function moment(at: number, now = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? CLOCK.format(at) : SHORT_DATE.format(at);
}

export function dateTime(at: number): string {
  return DATE.format(at);
}

/** A length of time in its two largest units: `2 d 3 h`; no line ends between number and unit. */
export function length(ms: number): string {
  const left = Math.max(0, ms);
  if (left < MINUTE) return `${Math.floor(left / 1000)}\u00a0s`;
  if (left < HOUR) return `${Math.floor(left / MINUTE)}\u00a0min`;
  if (left < DAY) return joined(left, HOUR, 'h', MINUTE, 'min');
  return joined(left, DAY, 'd', HOUR, 'h');
}

export function ago(at: number, now: number): string {
  return `${length(now - at)} ago`;
}

function joined(ms: number, large: number, a: string, small: number, b: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}\u00a0${a}${rest === 0 ? '' : ` ${rest}\u00a0${b}`}`;
}
