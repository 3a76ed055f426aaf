import type { SipEvent } from '../../event/sip-event.ts';
import { frameReader } from './frame.ts';
import { translateSecurity } from './translate.ts';

/** Reads and translates this many made-up security events, and hands on what they amount to. */
export function madeUpEvents(count: number, take: (event: SipEvent) => void): void {
  let seenAt = 0;
  const reader = frameReader({
    frame(frame) {
      const news = translateSecurity(frame, 'warm-up', seenAt++);
      if (news !== undefined && 'event' in news) take(news.event);
    },
    refused() {},
  });
  reader.push(Buffer.from('Asterisk Call Manager/11.0.0\r\n'));
  for (let at = 0; at < count; at++) reader.push(Buffer.from(frameText(at)));
}

/** Addresses of RFC 5737, which nobody has. */
function frameText(at: number): string {
  const name = at % 2 === 0 ? 'InvalidAccountID' : 'ChallengeResponseFailed';
  const more = at % 2 === 0 ? [] : ['Challenge: 1/a', 'Response: b', 'ExpectedResponse: '];
  return [
    `Event: ${name}`,
    'Privilege: security,all',
    'EventTV: 2026-11-23T07:46:19.619+0000',
    'Severity: Error',
    'Service: PJSIP',
    'EventVersion: 1',
    `AccountID: ${1000 + at}`,
    `SessionID: warm-up-${at}`,
    'LocalAddress: IPV4/UDP/192.0.2.1/5060',
    `RemoteAddress: IPV4/UDP/198.51.100.${at % 250}/${1024 + at}`,
    ...more,
    '',
    '',
  ].join('\r\n');
}
