import type { Frame } from './frame.ts';

export interface ParseLimits {
  readonly lineChars: number;
  readonly lines: number;
}

/**
 * Reads the text of one frame, its closing empty line left out.
 * Returns the frame, or why it is refused.
 *
 * A key may come once only. One INVITE can put a second `RemoteAddress` in front of the true one,
 * so neither the first nor the last can be believed. Channel variables alone repeat by nature:
 * main/manager_channels.c prints one `ChanVariable` line for each.
 */
export function parseFrame(raw: string, limits: ParseLimits): Frame | string {
  const kind = raw.startsWith('Event: ')
    ? 'event'
    : raw.startsWith('Response: ')
      ? 'response'
      : undefined;
  if (kind === undefined) return 'does not begin with Event or Response';
  const text = forgiven(raw);
  if (text === undefined) return 'control character';

  const fields = new Map<string, string>();
  const chanVariables: string[] = [];
  let lines = 0;
  for (let at = 0; at <= text.length; lines++) {
    // Looking for single characters is quickest, and finds a CR or LF that stands alone.
    const lf = text.indexOf('\n', at);
    const cr = text.indexOf('\r', at);
    if (lf === -1 ? cr !== -1 : cr !== lf - 1) return 'CR or LF inside a line';
    const end = lf === -1 ? text.length : cr;
    if (end - at > limits.lineChars) return `line of more than ${limits.lineChars} characters`;
    if (lines === limits.lines) return `more than ${limits.lines} lines`;

    const colon = text.indexOf(':', at);
    if (colon <= at || colon >= end) return 'line without a key';
    const empty = colon + 1 === end;
    if (!empty && text.charCodeAt(colon + 1) !== SPACE) return 'line without a key';
    const key = text.slice(at, colon);
    const value = empty ? '' : text.slice(colon + 2, end);
    at = end + 2;

    if (isChanVariable(key)) {
      if (key.startsWith('ChanVariable')) chanVariables.push(value);
      continue;
    }
    const before = fields.size;
    fields.set(key, value);
    if (fields.size === before) return `key ${JSON.stringify(key.slice(0, 64))} more than once`;
  }
  const name = fields.get(kind === 'event' ? 'Event' : 'Response') ?? '';
  return name === '' ? 'no name' : { kind, name, fields, chanVariables };
}

/**
 * The two things that are forgiven, in answers to us alone: a LF of Asterisk's own, and control
 * characters that cut neither line nor frame. A scanner's User-Agent with a tab in it must not
 * leave its call without an answer, nor a phone's leave it out of the registrations; and whoever
 * asks to confirm an injection must see what was injected.
 */
function forgiven(raw: string): string | undefined {
  const text = ERROR_WITH_LF.test(raw) ? raw.slice(0, -1) : raw;
  return CONTROL.test(text) && !ANSWER.test(text) ? undefined : text;
}

/** An answer, or one event of a list: the ActionID follows at once (main/manager.c, astman_start_ack). */
const ANSWER = /^(?:Response: \w+|Event: \w+)\r\nActionID: [0-9a-f]{32}\r\n/;

const SPACE = 32;

/**
 * `Message: No Contacts found\n` and its like (res_pjsip/location.c, pjsip_configuration.c):
 * Asterisk's own words of refusal, and the one place where it ends a line with a LF too many.
 */
const ERROR_WITH_LF = /^Response: Error\r\n(?:ActionID: \w+\r\n)?Message: [^\r\n]*\n$/;

/** C0 but CR and LF, which the lines are cut by; DEL; C1. */
// oxlint-disable-next-line no-control-regex -- finding control characters is its purpose.
const CONTROL = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** `ChanVariable`, `ChanVariable(name)` of old versions, and those of another channel in front. */
function isChanVariable(key: string): boolean {
  return key.endsWith('ChanVariable') || (key.endsWith(')') && key.includes('ChanVariable('));
}
