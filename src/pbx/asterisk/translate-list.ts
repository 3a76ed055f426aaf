import type { Registration } from '../../event/sip-event.ts';
import { parseAddress } from '../../event/source.ts';
import { cleanText } from '../../event/text.ts';
import type { Frame } from './frame.ts';
import { given } from '../given.ts';

/**
 * One ContactList event of PJSIPShowContacts. With `rewrite_contact` the URI holds the address that
 * the REGISTER came from; ViaAddr is what the phone wrote into its Via, and is not believed.
 */
export function contactRegistration({ fields }: Frame): Registration[] {
  const aor = fields.get('ObjectName')?.split(';@')[0];
  const account = cleanText(fields.get('Endpoint')) ?? cleanText(aor);
  const address = hostOf(fields.get('Uri'));
  if (account === undefined || address === undefined) return [];
  return [{ account, address, ...given({ userAgent: cleanText(fields.get('UserAgent')) }) }];
}

/** One PeerEntry event of SIPpeers: only a dynamic peer's address comes from a registration. */
export function peerRegistration({ fields }: Frame): Registration[] {
  const account = cleanText(fields.get('ObjectName'));
  const address = addressOf(fields.get('IPaddress'));
  if (fields.get('Dynamic') !== 'yes' || account === undefined || address === undefined) return [];
  return [{ account, address }];
}

/** One EndpointList event of PJSIPShowEndpoints; undefined when it is none. */
export function endpointRow({ fields }: Frame): { name: string; challenged: boolean } | undefined {
  const name = cleanText(fields.get('ObjectName'));
  if (name === undefined) return undefined;
  return { name, challenged: (fields.get('Auths') ?? '').trim() !== '' };
}

/**
 * Answer of SIPshowpeer: reports whether the peer must answer a challenge to its INVITEs. With
 * `insecure=invite` chan_sip asks for none, secret or not.
 */
export function peerChallenged({ fields }: Frame): boolean {
  const secret = fields.get('SecretExist') === 'Y' || fields.get('MD5SecretExist') === 'Y';
  return secret && !(fields.get('SIP-AuthInsecure') ?? '').includes('invite');
}

function hostOf(uri: string | undefined): string | undefined {
  // `^3B` is how Asterisk writes a semicolon inside its own tables.
  return addressOf(/^sips?:(?:[^@]*@)?(\[[^\]]+\]|[^:;>?^]+)/i.exec(uri ?? '')?.[1]);
}

function addressOf(text: string | undefined): string | undefined {
  return parseAddress((text ?? '').replace(/^\[|\]$/g, ''));
}
