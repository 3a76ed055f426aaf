/**
 * Where a string ends.
 * @param view of the same bytes
 * @param at the byte behind its first quote
 * Returns the index of its last quote, `~index` when something in it is escaped, 0 when JSON has
 * no such string. A quote within a string is escaped, so nothing a sender wrote can end one.
 */
export function endOfString(bytes: Buffer, view: DataView, at: number): number {
  const end = plainUntil(bytes, view, at);
  if (end < bytes.length && bytes[end] === QUOTE) return end;
  return endOfEscaped(bytes, view, end);
}

/**
 * The first byte from here on that is a quote, a backslash or a control character. Four are looked
 * at in one go, which takes a third off the time of an event: in each comparison the lowest bit
 * that is set is exact (Mycroft's test for a zero byte), and the lowest is all that is asked for.
 */
function plainUntil(bytes: Buffer, view: DataView, from: number): number {
  const end = bytes.length;
  let at = from;
  for (; at <= end - 4; at += 4) {
    const word = view.getInt32(at, true);
    const quote = word ^ 0x22222222;
    const backslash = word ^ 0x5c5c5c5c;
    const found =
      (((quote - 0x01010101) & ~quote) |
        ((backslash - 0x01010101) & ~backslash) |
        ((word - 0x20202020) & ~word)) &
      0x80808080;
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
  }
  for (; at < end; at++) {
    const code = bytes[at] ?? 0;
    if (code === QUOTE || code === BACKSLASH || code < SPACE) break;
  }
  return at;
}

/** The rest of endOfString: at the first escape, control character or end. */
function endOfEscaped(bytes: Buffer, view: DataView, from: number): number {
  let at = from;
  while (bytes[at] === BACKSLASH) {
    const behind = endOfEscape(bytes, at + 1);
    if (behind === 0) return 0;
    at = plainUntil(bytes, view, behind);
  }
  return at < bytes.length && bytes[at] === QUOTE ? ~at : 0;
}

/** The byte behind one escape, 0 when JSON has no such escape. */
function endOfEscape(bytes: Buffer, at: number): number {
  const code = bytes[at] ?? 0;
  if (SHORT_ESCAPES[code] === 1) return at + 1;
  if (code !== SMALL_U) return 0;
  for (let digit = at + 1; digit <= at + 4; digit++) {
    if (!isHex(bytes[digit] ?? 0)) return 0;
  }
  return at + 5;
}

function isHex(code: number): boolean {
  const small = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (small >= 0x61 && small <= 0x66);
}

/**
 * The text of a string that endOfString found: a copy, so that it keeps nothing else alive. Bytes
 * that are no UTF-8 become U+FFFD.
 * @param end as endOfString returned it
 */
export function stringText(bytes: Buffer, at: number, end: number): string {
  if (end >= 0) return bytes.toString('utf8', at, end);
  const text: unknown = JSON.parse(bytes.toString('utf8', at - 1, ~end + 1));
  return typeof text === 'string' ? text : '';
}

/** Where this token stands from here on; the first other one when it does not. */
export function tokenAt(bytes: Buffer, at: number, token: number): number {
  // FreeSWITCH writes no space between tokens.
  return bytes[at] === token ? at : behindSpace(bytes, at);
}

/** The first byte from here on that is no space between tokens. */
export function behindSpace(bytes: Buffer, at: number): number {
  let next = at;
  while (SPACES.includes(bytes[next] ?? 0)) next++;
  return next;
}

/**
 * The byte behind a value that is no string, 0 when there is none that JSON has.
 * @param seen told of every key within it
 */
export function endOfOther(
  bytes: Buffer,
  view: DataView,
  at: number,
  seen: (key: string) => void,
): number {
  const end = extent(bytes, view, at);
  try {
    JSON.parse(bytes.toString('utf8', at, end), (key, value: unknown) => {
      seen(key);
      return value;
    });
    return end;
  } catch {
    return 0;
  }
}

/** Where the value would end if it were one: at the first comma or bracket that is not its own. */
function extent(bytes: Buffer, view: DataView, at: number): number {
  let depth = 0;
  for (let next = at; next < bytes.length; next++) {
    const code = bytes[next];
    if (code === QUOTE) {
      const close = endOfString(bytes, view, next + 1);
      if (close === 0) return at;
      next = close < 0 ? ~close : close;
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      if (depth === 0) return next;
      if (--depth === 0) return next + 1;
    } else if (code === COMMA && depth === 0) return next;
  }
  return at;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const SPACE = 0x20;
const BACKSLASH = 0x5c;
const SMALL_U = 0x75;
const SPACES = [...Buffer.from(' \t\n\r')];
/** 1 for each byte that may stand behind a backslash alone. */
const SHORT_ESCAPES = new Uint8Array(256);
for (const code of Buffer.from('"\\/bfnrt')) SHORT_ESCAPES[code] = 1;
