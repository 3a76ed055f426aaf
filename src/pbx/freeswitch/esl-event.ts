import { headerNames, type HeaderOptions } from './header-names.ts';
import { behindSpace, endOfOther, endOfString, stringText, tokenAt } from './json-bytes.ts';

/** One event of the PBX, as its JSON said it. */
export interface EslEvent {
  /** `Event-Name`, like `CHANNEL_CREATE` or `CUSTOM`. */
  readonly name: string;
  /** `Event-Subclass` of a `CUSTOM` event, like `sofia::register_failure`. */
  readonly subclass: string | undefined;
  /**
   * Those of the wanted headers whose value is one string; `_body` and lists are left out. Nothing
   * is inherited, so that a name that did not come is undefined whatever it is. Values are raw:
   * bytes that were no UTF-8 are U+FFFD, control characters are in them.
   */
  readonly headers: Readonly<Record<string, string>>;
}

/** A message that is not believed. */
export interface RefusedMessage {
  /** Which check caught it, in words for the log. */
  readonly why: string;
  /** Its beginning, some 1024 characters, raw: control characters included. */
  readonly head: string;
}

/** Reads the JSON of one event. Returns the event, or why it is refused. */
export type EslEventReader = (json: Buffer) => EslEvent | string;

/**
 * Makes a reader. What JSON.parse would refuse is refused, whether it stands in a wanted header or
 * not, but only wanted ones become text: of the 100 headers of a call a tenth is needed, and all of
 * them took longer than everything else that is done with it.
 *
 * Nothing is refused for the number or the length of its headers: a caller chooses how many SIP
 * headers its INVITE has, and would hide the call that way. The length of the message bounds them.
 */
export function eslEventReader(options: HeaderOptions): EslEventReader {
  const names = headerNames(options);

  /** The headers; undefined when this is no JSON object. */
  function read(bytes: Buffer): Headers | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const headers = new Headers();
    let at = behindSpace(bytes, 0);
    if (bytes[at] !== OPEN_OBJECT) return undefined;
    at = behindSpace(bytes, at + 1);
    if (bytes[at] === CLOSE_OBJECT) return isEnd(bytes, at + 1) ? headers : undefined;
    while (bytes[at] === QUOTE) {
      const keyAt = at + 1;
      const keyEnd = endOfString(bytes, view, keyAt);
      if (keyEnd === 0) return undefined;
      const name = names.found(bytes, keyAt, keyEnd);
      at = tokenAt(bytes, (keyEnd < 0 ? ~keyEnd : keyEnd) + 1, COLON);
      if (bytes[at] !== COLON) return undefined;
      at = tokenAt(bytes, at + 1, QUOTE);
      if (bytes[at] === QUOTE) {
        const end = endOfString(bytes, view, at + 1);
        if (end === 0) return undefined;
        if (name !== undefined) headers[name] = stringText(bytes, at + 1, end);
        at = (end < 0 ? ~end : end) + 1;
      } else {
        at = endOfOther(bytes, view, at, names.note);
        if (at === 0) return undefined;
        // FreeSWITCH writes a list for a header that is a list (switch_event.c).
        if (name !== undefined) delete headers[name];
      }
      at = tokenAt(bytes, at, COMMA);
      if (bytes[at] === CLOSE_OBJECT) return isEnd(bytes, at + 1) ? headers : undefined;
      if (bytes[at] !== COMMA) return undefined;
      at = tokenAt(bytes, at + 1, QUOTE);
    }
    return undefined;
  }

  return (bytes) => {
    names.begin();
    const headers = read(bytes);
    if (headers === undefined) return 'no JSON object';
    if (names.repeated !== undefined) return `header ${names.repeated} more than once`;
    const name = headers['Event-Name'];
    if (name === undefined || !NAME.test(name)) return 'no Event-Name';
    return { name, subclass: headers['Event-Subclass'], headers };
  };
}

function isEnd(bytes: Buffer, at: number): boolean {
  return behindSpace(bytes, at) === bytes.length;
}

/** Inherits nothing. By a constructor: V8 makes what Object.create(null) gives a slow dictionary. */
class Headers {
  [name: string]: string;
}
Reflect.deleteProperty(Headers.prototype, 'constructor');
Object.setPrototypeOf(Headers.prototype, null);

// Not shared with json-bytes.ts: V8 folds a module's own constants into its code, not another's.
const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NAME = /^[A-Z][A-Z_]{0,63}$/;
