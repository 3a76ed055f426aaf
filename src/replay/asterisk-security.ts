import { translateSecurity } from '../pbx/asterisk/translate.ts';
import type { AsteriskLine } from './asterisk-prefix.ts';
import type { Clock } from './log-time.ts';
import type { LineNews } from './news.ts';

/**
 * One line of the security log, as res_security_log.c prints it: every field once, in its order.
 * A sender can put quotation marks into AccountID and SessionID and so write fields of his own
 * choice: no value may hold one, and whatever does not fit from end to end is refused.
 */
export function securityNews(
  { seenAt, thread, message }: AsteriskLine,
  pbx: string,
  clock: Clock,
): LineNews {
  const parts = SHAPE.exec(message);
  if (parts === null) return { refused: 'crafted', taints: couldBeChanSip(message) };
  const [, name = '', eventTv = '', severity = '', service = '', version = ''] = parts;
  const [account, session = '', local = '', remote = '', more = ''] = parts.slice(6);
  const fields = new Map([
    ['Event', name],
    ['Privilege', 'security,all'],
    ['EventTV', eventTv],
    ['Severity', severity],
    ['Service', service],
    ['EventVersion', version],
    ...(account === undefined ? [] : [['AccountID', account] as const]),
    ['SessionID', session],
    ['LocalAddress', local],
    ['RemoteAddress', remote],
  ]);
  for (const [, key = '', value = ''] of more.matchAll(FIELD)) {
    if (fields.has(key)) return { refused: 'crafted', taints: couldBeChanSip(message) };
    fields.set(key, value);
  }
  // EventTV has its zone and milliseconds, but only the prefix is surely the logger's own.
  const told = clock.read(eventTv) ?? seenAt;
  const at = Math.abs(told - seenAt) < MOST_ZONE_MS ? told : seenAt;
  const frame = { kind: 'event' as const, name, fields, chanVariables: [] };
  const news = translateSecurity(frame, pbx, at);
  if (news === undefined) return undefined;
  if ('refused' in news) return { refused: 'crafted', taints: couldBeChanSip(message) };
  if ('hint' in news) return { registered: { ...news.hint, seenAt: at }, thread };
  // Whoever can make the PBX write a line can make it write this one, over TCP too.
  return { event: { ...news.event, proof: 'forgeable' }, thread };
}

/**
 * chan_pjsip cuts the account off after 36 characters, too few for a whole line; chan_sip, which
 * prints a pointer as SessionID, does not.
 */
export function couldBeChanSip(text: string): boolean {
  return /",SessionID="0x[0-9a-f]{1,16}",LocalAddress="/.test(text) || /,Service="SIP"/.test(text);
}

const SHAPE =
  /^SecurityEvent="([A-Za-z]+)",EventTV="([^"]+)",Severity="([A-Za-z]+)",Service="([^"]*)",EventVersion="(\d+)"(?:,AccountID="([^"]*)")?,SessionID="([^"]*)",LocalAddress="([^"]*)",RemoteAddress="([^"]*)"((?:,[A-Za-z]+="[^"]*")*)$/;
const FIELD = /,([A-Za-z]+)="([^"]*)"/g;
/** Zones and summer time; a line whose two dates are further apart is not trusted with either's. */
const MOST_ZONE_MS = 26 * 3_600_000;
