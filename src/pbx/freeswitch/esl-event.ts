/** One event of the PBX, as its JSON said it. */
export interface EslEvent {
  /** `Event-Name`, like `CHANNEL_CREATE` or `CUSTOM`. */
  readonly name: string;
  /** `Event-Subclass` of a `CUSTOM` event, like `sofia::register_failure`. */
  readonly subclass: string | undefined;
  /**
   * Every header whose value is one string; `_body` and lists are left out. Without a prototype,
   * so that a name that did not come is undefined whatever it is. Values are raw: bytes that were
   * no UTF-8 are U+FFFD, control characters are in them.
   */
  readonly headers: Readonly<Record<string, string>>;
}

/** A message that is not believed. */
export interface RefusedMessage {
  /** Which check caught it, in words for the log. */
  readonly why: string;
  /** Its first 1024 characters, raw: control characters included. */
  readonly head: string;
}

/**
 * Reads the JSON of one event. Returns the event, or why it is refused.
 *
 * Nothing is refused for the number or the length of its headers: a caller chooses how many SIP
 * headers its INVITE has, and would hide the call that way. The length of the message bounds them.
 * @param once headers that may come once only, beside the event's name
 */
export function parseEvent(json: string, once: readonly string[]): EslEvent | string {
  const parsed = parsedObject(json);
  if (parsed === undefined) return 'no JSON object';
  for (const key of ALWAYS_ONCE) if (repeats(json, parsed, key)) return twice(key);
  for (const key of once) if (repeats(json, parsed, key)) return twice(key);
  const headers = stringsOf(parsed);
  const name = headers['Event-Name'];
  if (name === undefined || !NAME.test(name)) return 'no Event-Name';
  return { name, subclass: headers['Event-Subclass'], headers };
}

function parsedObject(json: string): Record<string, unknown> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  return Object.setPrototypeOf(parsed, null);
}

/** FreeSWITCH writes strings, and a list for a header that is a list (switch_event.c). */
function stringsOf(parsed: Record<string, unknown>): Record<string, string> {
  // In place: a copy of 200 headers takes as long as parsing them did.
  for (const key in parsed) {
    if (typeof parsed[key] !== 'string' || key === '_body') delete parsed[key];
  }
  // oxlint-disable-next-line no-unsafe-type-assertion -- only strings are left.
  return parsed as Record<string, string>;
}

/**
 * Reports whether a key stands in the JSON twice. In a string a quote is written `\"`, so the
 * text of a key between bare quotes, a colon behind it, is found where it is a key and nowhere
 * else; FreeSWITCH prints its JSON without spaces (cJSON_PrintUnformatted).
 */
function repeats(json: string, parsed: Readonly<Record<string, unknown>>, key: string): boolean {
  if (parsed[key] === undefined) return false;
  const text = `"${key}":`;
  const first = json.indexOf(text);
  return first !== -1 && json.indexOf(text, first + text.length) !== -1;
}

function twice(key: string): string {
  return `header ${key} more than once`;
}

const ALWAYS_ONCE = ['Event-Name', 'Event-Subclass'];
const NAME = /^[A-Z][A-Z_]{0,63}$/;
