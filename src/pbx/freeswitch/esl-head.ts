/** The headers of one message, as far as they are needed. */
export interface Head {
  /** `Content-Type`. */
  readonly type: string;
  /** Bytes of the body that follows. */
  readonly length: number;
  /** `Reply-Text`, empty when there is none. */
  readonly reply: string;
}

/**
 * The head of an event as FreeSWITCH writes it, read where it lies: there is one before every
 * event, and it takes a microsecond in parts. Undefined for anything else, which parseHead judges.
 */
export function eventHead(chunk: Buffer, at: number): { head: Head; end: number } | undefined {
  if (!startsWith(chunk, at, EVENT_HEAD)) return undefined;
  let next = at + EVENT_HEAD.length;
  let length = 0;
  for (let digits = 0; digits < MAX_DIGITS; digits++) {
    const digit = (chunk[next] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
    next++;
  }
  if (next === at + EVENT_HEAD.length || !startsWith(chunk, next, EVENT_END)) return undefined;
  return { head: { type: EVENT, length, reply: '' }, end: next + EVENT_END.length };
}

function startsWith(chunk: Buffer, at: number, text: Buffer): boolean {
  let same = 0;
  while (same < text.length && chunk[at + same] === text[same]) same++;
  return same === text.length;
}

/** Returns the head of a message, or why it cannot be one. */
export function parseHead(text: string): Head | string {
  const headers = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = LINE.exec(line) ?? [];
    if (key === undefined || value === undefined) return 'a line that is no header';
    if (headers.has(key)) return `header ${key} more than once`;
    headers.set(key, value);
  }
  const type = headers.get('Content-Type');
  if (type === undefined) return 'headers without Content-Type';
  const length = headers.get('Content-Length') ?? '0';
  if (!LENGTH.test(length)) return 'a Content-Length that is no number';
  return { type, length: Number(length), reply: headers.get('Reply-Text') ?? '' };
}

const EVENT = 'text/event-json';
const EVENT_HEAD = Buffer.from('Content-Length: ');
const EVENT_END = Buffer.from(`\nContent-Type: ${EVENT}\n\n`);
const MAX_DIGITS = 12;
const ZERO = 48;
const LENGTH = /^\d{1,12}$/;
/** Keys are FreeSWITCH's own words, and no value of the envelope holds a control character. */
// oxlint-disable-next-line no-control-regex -- keeping control characters out is its purpose.
const LINE = /^([A-Z][A-Za-z-]{0,63}): ([^\u0000-\u001f\u007f]*)$/;
