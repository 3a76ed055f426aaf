/** Events as the fake server handles them: text in latin1, so that every byte survives. */

/**
 * Cuts a capture into what Asterisk wrote at once: an event with whatever a caller's line breaks
 * made of its inside. The captures were taken with timestampevents=yes, so a genuine event has
 * Timestamp as its third line, and no forged one in them has.
 */
export function genuineEvents(capture: string): string[] {
  const starts = [...capture.matchAll(GENUINE_HEAD)].map((match) => match.index);
  return starts.map((start, at) => capture.slice(start, starts[at + 1] ?? capture.length));
}

const GENUINE_HEAD =
  /(?<=^|\r\n)Event: [^\r\n]+\r\nPrivilege: [^\r\n]+\r\nTimestamp: \d+\.\d+\r\n/g;

/** Classes of the event's own head; none when it has no Privilege. */
export function classesOf(event: string): string[] {
  const classes = /^Event: [^\r\n]*\r\nPrivilege: ([^\r\n]*)/.exec(event)?.[1] ?? '';
  return classes.split(',').filter((one) => one !== '' && one !== 'all');
}

/** One header of the event's own head, up to its first line break of another kind. */
export function headerOf(event: string, key: string): string | undefined {
  const at = event.indexOf(`\r\n${key}: `);
  return at === -1 ? undefined : event.slice(at + key.length + 4).split('\r\n', 1)[0];
}

/** As match_filter of main/manager.c: some filter that includes, if there is any; none that excludes. */
export function passes(event: string, filters: readonly string[]): boolean {
  const including = filters.filter((filter) => !filter.startsWith('!'));
  const excluding = filters.filter((filter) => filter.startsWith('!'));
  if (including.length > 0 && !including.some((filter) => matches(event, filter))) return false;
  return !excluding.some((filter) => matches(event, filter.slice(1)));
}

const compiled = new Map<string, RegExp>();

function matches(event: string, pattern: string): boolean {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    regex = new RegExp(fromPosix(pattern), 's');
    compiled.set(pattern, regex);
  }
  return regex.test(event);
}

/** POSIX character classes as JavaScript writes them. Throws, as new RegExp does, on nonsense. */
function fromPosix(pattern: string): string {
  return pattern.replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX[name] ?? whole);
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};
