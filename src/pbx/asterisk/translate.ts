import type { PlainEvent, Source, Transport } from '../../event/sip-event.ts';
import { parseAddress } from '../../event/source.ts';
import { cleanText } from '../../event/text.ts';
import type { Frame } from './frame.ts';
import { given } from '../given.ts';
import { wrongKeys } from './security-shape.ts';

/** Somebody claims to have answered a challenge. A reason to ask the PBX, never evidence. */
export interface AuthHint {
  readonly account: string;
  /** Canonical address. */
  readonly address: string;
}

/** What a security frame amounts to; undefined when it says nothing about SIP. */
export type SecurityNews =
  | { readonly event: PlainEvent }
  | { readonly hint: AuthHint }
  /** The frame is not what Asterisk prints: why, in words for the log. */
  | { readonly refused: string }
  | undefined;

/**
 * Translates one frame of the security session.
 * @param seenAt milliseconds since the epoch
 */
export function translateSecurity(frame: Frame, pbx: string, seenAt: number): SecurityNews {
  const { name, fields } = frame;
  const wrong = wrongKeys(name, fields);
  if (wrong !== undefined) return { refused: wrong };
  const service = fields.get('Service');
  // A mistyped AMI password is reported as InvalidPassword of 127.0.0.1 with Service AMI: only
  // the two SIP channel drivers speak about callers.
  if (service !== 'PJSIP' && service !== 'SIP') return undefined;
  const source = sourceOf(fields.get('RemoteAddress') ?? '');
  if (source === undefined) return { refused: `${name} with a RemoteAddress that is none` };
  const account = accountOf(fields.get('AccountID'));
  if (name === 'SuccessfulAuth') {
    // Without a password nobody registered: chan_sip says so of every call from a trunk.
    const registered = account !== undefined && fields.get('UsingPassword') !== '0';
    return registered ? { hint: { account, address: source.address } } : undefined;
  }
  const kind = kindOf(name, fields.get('ACLName'));
  if (kind === undefined) return undefined;
  // chan_sip prints a pointer as SessionID, chan_pjsip the Call-ID.
  const callId = service === 'PJSIP' ? cleanText(fields.get('SessionID')) : undefined;
  // Asterisk does not say whether this very packet answered a challenge, so over UDP one packet
  // with a false sender makes any of these events.
  const proof = CONNECTED.has(source.transport) ? 'proven' : 'forgeable';
  const localPort = sourceOf(fields.get('LocalAddress') ?? '')?.port;
  return { event: { kind, pbx, seenAt, source, proof, ...given({ account, callId, localPort }) } };
}

function kindOf(name: string, acl: string | undefined): PlainEvent['kind'] | undefined {
  switch (name) {
    case 'InvalidAccountID':
      return 'unknown-account';
    case 'ChallengeResponseFailed':
    case 'InvalidPassword':
      return 'auth-failure';
    case 'FailedACL':
      return aclKind(acl);
    case 'ChallengeSent':
      return 'challenged';
    case 'RequestBadFormat':
    case 'RequestNotSupported':
    case 'RequestNotAllowed':
    case 'AuthMethodNotAllowed':
    case 'InvalidTransport':
    case 'UnexpectedAddress':
      return 'bad-request';
    // SessionLimit, MemoryLimit and LoadAverageLimit tell of our own PBX's troubles.
    default:
      return undefined;
  }
}

/** chan_pjsip's registrar reports under FailedACL what no ACL has to do with (res_pjsip_registrar.c). */
function aclKind(acl: string | undefined): PlainEvent['kind'] | undefined {
  if (acl === 'registrar_attempt_without_configured_aors') return 'unknown-account';
  // Comes after the right password, from a phone that registers once too often.
  if (acl === 'registrar_attempt_exceeds_maximum_configured_contacts') return undefined;
  return 'acl-denied';
}

const TRANSPORTS: ReadonlyMap<string, Transport> = new Map([
  ['UDP', 'udp'],
  ['TCP', 'tcp'],
  ['TLS', 'tls'],
  ['WS', 'ws'],
  ['WSS', 'wss'],
]);
const CONNECTED: ReadonlySet<Transport> = new Set(['tcp', 'tls', 'ws', 'wss']);

/** Reads `IPV4/UDP/198.18.11.60/43604`, the form of ast_sockaddr in security events. */
function sourceOf(text: string): Source | undefined {
  const parts = /^IPV([46])\/([A-Z]{2,3})\/([0-9A-Fa-f.:]{2,45})\/(\d{1,5})$/.exec(text);
  const transport = TRANSPORTS.get(parts?.[2] ?? '');
  const written = parts?.[3] ?? '';
  if (transport === undefined || (parts?.[1] === '6') !== written.includes(':')) return undefined;
  const address = parseAddress(written);
  const port = Number(parts?.[4]);
  return address === undefined || port > 65_535 ? undefined : { address, port, transport };
}

/** chan_sip writes `sip:user@host`, chan_pjsip the user alone. */
function accountOf(raw: string | undefined): string | undefined {
  const user = raw === undefined ? undefined : /^sips?:([^@]*)@/i.exec(raw)?.[1];
  return cleanText(user ?? raw);
}
