/** Bounds of what we keep of a sender's text, in characters. */
export const TEXT_LIMIT = 128;

/**
 * What of a sender's text may go further: no control characters (C0, DEL, C1, line and
 * paragraph separators, direction overrides that would reorder a log line), no more than
 * `limit` characters. Returns undefined for nothing, as PBXs write it (`<unknown>`, empty).
 */
export function cleanText(raw: string | undefined, limit = TEXT_LIMIT): string | undefined {
  if (raw === undefined) return undefined;
  const cut = raw.length > limit ? raw.slice(0, limit) : raw;
  const text = CONTROL.test(cut) ? cut.replace(CONTROL_ALL, '\u{FFFD}') : cut;
  return text === '' || text === '<unknown>' ? undefined : text;
}

/** Reports whether the text holds a character that no honest caller ID or account holds. */
export function hasControl(raw: string): boolean {
  return CONTROL.test(raw);
}

const CLASS = '[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]';
const CONTROL = new RegExp(CLASS);
const CONTROL_ALL = new RegExp(CLASS, 'g');
