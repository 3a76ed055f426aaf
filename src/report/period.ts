/** The times that a report can be of. */
export const PERIODS = ['24h', '7d', '30d'] as const;
export type Period = (typeof PERIODS)[number];

const HOUR_MS = 3_600_000;

/**
 * When each bar begins: the last 24 hours by hours; 7 or 30 days of the calendar by local days,
 * the day of `now` among them.
 */
export function startsOf(period: Period, now: number): number[] {
  if (period === '24h') {
    const last = Math.floor(now / HOUR_MS) * HOUR_MS;
    return Array.from({ length: 24 }, (_, at) => last - (23 - at) * HOUR_MS);
  }
  const days = period === '7d' ? 7 : 30;
  const today = new Date(now);
  return Array.from({ length: days }, (_, at) => {
    // The calendar knows of days with 23 and 25 hours.
    const day = new Date(today.getFullYear(), today.getMonth(), today.getDate() - days + 1 + at);
    return day.getTime();
  });
}
