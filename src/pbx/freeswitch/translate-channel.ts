import type { CallEvent, Source } from '../../event/sip-event.ts';
import { parseAddress } from '../../event/source.ts';
import { cleanText, hasControl } from '../../event/text.ts';
import { given } from '../given.ts';
import type { EslEvent } from './esl-event.ts';
import { sourceOf } from './source-of.ts';
import type { News } from './news.ts';
import { isUuid } from './uuid.ts';

/** Translates one CHANNEL_* event. */
export function translateChannel({ name, headers }: EslEvent, pbx: string, seenAt: number): News {
  if (name !== 'CHANNEL_CREATE' && name !== 'CHANNEL_HANGUP_COMPLETE') return undefined;
  const channel = headers['Unique-ID'];
  if (!isUuid(channel)) return { refused: `${name} without a UUID` };
  if (name === 'CHANNEL_HANGUP_COMPLETE') {
    return { ended: { channel, ...given({ bornAt: bornAt(headers) }) } };
  }
  switch (headers['Call-Direction'] ?? '') {
    case 'inbound':
      return isFromOutside(headers) ? incoming(headers, channel, pbx, seenAt) : undefined;
    case 'outbound':
      return ringing(headers['Other-Leg-Unique-ID']);
    default:
      return { refused: `${name} without a direction` };
  }
}

/** The leg to a phone names the call it is made for; one that an operator starts names none. */
function ringing(other: string | undefined): News {
  if (other === undefined) return undefined;
  return isUuid(other) ? { rang: other } : { refused: 'CHANNEL_CREATE for a call without a UUID' };
}

/** A loopback leg is inbound too, and bears the address of the call it was made from. */
function isFromOutside(headers: EslEvent['headers']): boolean {
  return headers['Call-Direction'] === 'inbound' && headers['Caller-Source'] === 'mod_sofia';
}

/**
 * An INVITE that was refused before it became a call never had a CHANNEL_CREATE: by a challenge or
 * an ACL it ends without an address, malformed it ends with a cause of its own. One whose addresses
 * differ was refused by us.
 */
function bornAt(headers: EslEvent['headers']): number | undefined {
  if (!isFromOutside(headers) || 'refused' in callerOf(headers)) return undefined;
  if (headers['Hangup-Cause'] === 'MANDATORY_IE_MISSING') return undefined;
  const microseconds = headers['Caller-Channel-Created-Time'] ?? '';
  return /^\d{13,17}$/.test(microseconds) ? Number(microseconds) / 1000 : undefined;
}

/** Where a call comes from. */
function callerOf(headers: EslEvent['headers']): Source | { readonly refused: string } {
  const { variable_sip_network_ip: address, 'Caller-Network-Addr': said } = headers;
  const source = sourceOf(address, headers['variable_sip_network_port']);
  if (source === undefined) return { refused: 'call without an address' };
  // Two places that mod_sofia fills from the packet itself; no text of the sender reaches either.
  if (said === address) return source;
  const other = parseAddress(said ?? '');
  if (other === source.address) return source;
  return { refused: other === undefined ? 'call without an address' : 'call with two addresses' };
}

function incoming(
  headers: EslEvent['headers'],
  channel: string,
  pbx: string,
  seenAt: number,
): News {
  const source = callerOf(headers);
  if ('refused' in source) return source;
  const account = accountOf(headers);
  const number = headers['Caller-Caller-ID-Number'];
  const called = headers['Caller-Destination-Number'];
  const profile = headers['variable_sofia_profile_name'];
  const call: CallEvent = given({
    kind: 'call' as const,
    pbx,
    seenAt,
    source,
    proof: account === undefined ? ('forgeable' as const) : ('proven' as const),
    channel,
    account,
    endpoint: account,
    authenticated: account === undefined ? undefined : (true as const),
    callingNumber: cleanText(number),
    callingName: cleanText(headers['Caller-Caller-ID-Name']),
    calledNumber: cleanText(called),
    userAgent: cleanText(headers['variable_sip_user_agent']),
    fromHost: cleanText(headers['variable_sip_from_host']),
    fromTag: cleanText(headers['variable_sip_from_tag']),
    callId: cleanText(headers['variable_sip_call_id']),
    context: cleanText([profile, headers['Caller-Context']].filter(Boolean).join('/')),
    // `%0a` in a From user puts whole forged lines into freeswitch.log (class injection-log-from-user).
    injected: hasControl(number ?? '') || hasControl(called ?? '') || undefined,
  });
  return { call };
}

/**
 * The account that answered the challenge to this very INVITE. `sip_authorized` alone proves
 * nothing: an address that apply-inbound-acl lets in is "authorized" without a password, and where
 * that list allows by default, so is everybody (captured as DANGER-acl-default-allow-on-internal).
 * Then sip_acl_authed_by names the list.
 */
function accountOf(headers: EslEvent['headers']): string | undefined {
  if (headers['variable_sip_authorized'] !== 'true') return undefined;
  if (headers['variable_sip_acl_authed_by'] !== undefined) return undefined;
  return cleanText(headers['variable_sip_auth_username']);
}
