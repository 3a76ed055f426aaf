/** Reads the dates of one log. */
export interface Clock {
  /** Milliseconds since the epoch; undefined when it is no date that a log has. */
  read(text: string): number | undefined;
}

/**
 * Dates without a zone are in this machine's, as the PBX wrote them in its own. Those without a
 * year are of the latest year in which they are not after the file's last change.
 * @param changedAt when the file was last changed, ms since the epoch
 */
export function logClock(changedAt: number): Clock {
  let lastText = '';
  let lastMs: number | undefined;

  const read = (text: string): number | undefined => {
    const dated = DATED.exec(text);
    if (dated !== null) return fromDated(dated);
    const [, month = '', day = '', time = ''] = YEARLESS.exec(text) ?? [];
    const at = MONTHS.indexOf(month);
    if (at === -1) return undefined;
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
    const inYear = (year: number) =>
      new Date(year, at, Number(day), hours, minutes, seconds).getTime();
    const year = new Date(changedAt).getFullYear();
    const ms = inYear(year);
    return ms <= changedAt + DAY_MS ? ms : inYear(year - 1);
  };

  return {
    // A busy log has hundreds of lines of one second.
    read(text) {
      if (text !== lastText) [lastText, lastMs] = [text, read(text)];
      return lastMs;
    },
  };
}

/** `2026-11-25 21:49:47`, `2026-11-25T21:49:47.123+0000`, with any of the parts after the seconds. */
const DATED =
  /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:(Z)|([+-])(\d\d):?(\d\d))?$/;
const YEARLESS = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;

function fromDated(parts: readonly (string | undefined)[]): number {
  const [, year, month, day, hours, minutes, seconds] = parts.map(Number);
  const [, , , , , , , fraction = '', utc, sign, zoneHours = '0', zoneMinutes = '0'] = parts;
  const fields = [year ?? 0, (month ?? 1) - 1, day ?? 1, hours ?? 0, minutes ?? 0, seconds ?? 0];
  const [y = 0, mo = 0, d = 1, h = 0, mi = 0, s = 0] = fields;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  if (utc === undefined && sign === undefined) return new Date(y, mo, d, h, mi, s, ms).getTime();
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return Date.UTC(y, mo, d, h, mi, s, ms) - (sign === '-' ? -zone : zone);
}
