import { stringText } from './json-bytes.ts';

export interface HeaderOptions {
  /** Headers that may come once only, beside the event's name and subclass. Always wanted. */
  readonly once: readonly string[];
  /** Headers that are read, beside those; every one when left out. */
  readonly wanted?: readonly string[] | undefined;
}

/** Recognises the names of headers where they lie, and counts those that may come once. */
export interface HeaderNames {
  /** Another event begins. */
  begin(): void;
  /**
   * The wanted name that stands there; undefined when nobody wants it.
   * @param end as endOfString returned it
   */
  found(bytes: Buffer, at: number, end: number): string | undefined;
  /** A name that stands within the value of another header. */
  readonly note: (name: string) => void;
  /** One that may come once and came again since `begin`. */
  readonly repeated: string | undefined;
}

export function headerNames({ once, wanted }: HeaderOptions): HeaderNames {
  const single = [...ALWAYS_ONCE, ...once];
  const known = new Map<string, Name>();
  for (const text of [...single, ...(wanted ?? [])]) {
    if (text === BODY) continue;
    known.set(text, { text, bytes: Buffer.from(text), once: single.includes(text), event: 0 });
  }
  /** By length and last letter: of the names that come, hardly one is looked at twice. */
  const places: (readonly Name[])[] = Array.from(
    { length: placeOf(MAX_LENGTH + 1, 0) },
    () => NONE,
  );
  for (const name of known.values()) {
    const { length } = name.bytes;
    const place = placeOf(length, name.bytes[length - 1] ?? 0);
    places[place] = [...(places[place] ?? NONE), name];
  }
  /** Counts the events, so that nothing has to be wiped between them. */
  let event = 0;
  let repeated: string | undefined;

  function count(name: Name): void {
    if (name.once && name.event === event) repeated ??= name.text;
    name.event = event;
  }

  function spelt(text: string): string | undefined {
    const name = known.get(text);
    if (name !== undefined) count(name);
    return wanted === undefined && text !== BODY ? text : name?.text;
  }

  return {
    begin() {
      event++;
      repeated = undefined;
    },
    found(bytes, at, end) {
      // An escape can spell any name; FreeSWITCH writes none in those we want.
      if (wanted === undefined || end < 0) return spelt(stringText(bytes, at, end));
      const length = end - at;
      if (length > MAX_LENGTH) return undefined;
      const name = among(places[placeOf(length, bytes[end - 1] ?? 0)] ?? NONE, bytes, at);
      if (name === undefined) return undefined;
      count(name);
      return name.text;
    },
    note(text) {
      const name = known.get(text);
      if (name !== undefined) count(name);
    },
    get repeated() {
      return repeated;
    },
  };
}

interface Name {
  readonly text: string;
  readonly bytes: Buffer;
  readonly once: boolean;
  /** Number of the event in which it was last seen. */
  event: number;
}

/** That of these names, all of one length, which stands there. */
function among(names: readonly Name[], bytes: Buffer, at: number): Name | undefined {
  for (const name of names) {
    const wanted = name.bytes;
    let last = wanted.length - 1;
    while (last >= 0 && wanted[last] === bytes[at + last]) last--;
    if (last < 0) return name;
  }
  return undefined;
}

function placeOf(length: number, last: number): number {
  return (length << 8) | last;
}

const NONE: readonly Name[] = [];
/** Longest name that can be asked for. */
const MAX_LENGTH = 64;
const ALWAYS_ONCE = ['Event-Name', 'Event-Subclass'];
/** What else an event carries; as long as its sender likes. */
const BODY = '_body';
