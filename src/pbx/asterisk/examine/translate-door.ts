import { cleanText } from '../../../event/text.ts';
import type { Frame } from '../frame.ts';
import type { Door } from './facts.ts';

/** Events of PJSIPShowEndpoint of an endpoint that nobody is asked a password for. */
export function pjsipDoorsIn(endpoint: string, details: readonly Frame[]): Door[] {
  return details
    .filter(({ name }) => name === 'EndpointDetail')
    .map((detail) => pjsipDoor(endpoint, detail, details));
}

/** The endpoint that takes whoever no other one claims. */
export function isAnonymous(endpoint: string): boolean {
  return /^anonymous(?:@|$)/.test(endpoint);
}

/** Answer of SIPshowpeer; undefined when the peer is asked for a password, or there is none. */
export function peerDoorFacts({ name, fields }: Frame) {
  if (name !== 'Success') return undefined;
  const secret = ['SecretExist', 'MD5SecretExist'].some((key) => fields.get(key) === 'Y');
  if (secret && !/invite|very|yes/i.test(fields.get('SIP-AuthInsecure') ?? '')) return undefined;
  return {
    context: cleanText(fields.get('Context')) ?? 'default',
    moves: fields.get('Dynamic') === 'Y',
    hasAcl: fields.get('ACL') === 'Y',
  };
}

function pjsipDoor(endpoint: string, { fields }: Frame, details: readonly Frame[]): Door {
  const context = cleanText(fields.get('Context')) ?? 'default';
  const words = (fields.get('IdentifyBy') ?? 'username,ip').toLowerCase().split(',');
  const named = words.some((word) => word.trim() !== 'ip');
  const wide = details.some(
    ({ name, fields: identify }) =>
      name === 'IdentifyDetail' &&
      ((identify.get('MatchHeader') ?? '') !== '' ||
        /\/(?:0|0\.0\.0\.0)(?:,|$)/.test(identify.get('Match') ?? '')),
  );
  const unproven = wide ? 'any-address' : 'address';
  const by = isAnonymous(endpoint) ? 'guests' : named ? 'name' : unproven;
  return { driver: 'chan_pjsip', endpoint, context, by };
}
