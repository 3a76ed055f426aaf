import { cleanText } from '../../event/text.ts';
import { given } from '../given.ts';
import type { EslEvent } from './esl-event.ts';
import type { News } from './news.ts';
import { sourceOf } from './source-of.ts';
import { translateChannel } from './translate-channel.ts';

/**
 * Translates one event of FreeSWITCH.
 * @param seenAt milliseconds since the epoch
 */
export function translate(event: EslEvent, pbx: string, seenAt: number): News {
  const { headers } = event;
  if (event.name === 'SHUTDOWN') return { shutdown: true };
  if (event.name === 'MODULE_LOAD' || event.name === 'MODULE_UNLOAD') {
    // One event for each thing a module brings; the SIP endpoint is what makes it mod_sofia.
    if (headers['type'] !== 'endpoint' || headers['name'] !== 'sofia') return undefined;
    return { sofia: event.name === 'MODULE_LOAD' ? 'loaded' : 'unloaded' };
  }
  if (event.name !== 'CUSTOM') return translateChannel(event, pbx, seenAt);
  switch (event.subclass ?? '') {
    case 'sofia::pre_register':
      return challenged(headers, pbx, seenAt);
    case 'sofia::register_attempt':
      return attempted(headers, seenAt);
    case 'sofia::register_failure':
      return failed(headers, pbx, seenAt);
    case 'sofia::register':
      return registered(headers);
    case 'sofia::unregister':
    case 'sofia::expire':
      return { unregistered: true };
    case 'sofia::wrong_call_state':
      return vanished(headers, pbx, seenAt);
    default:
      return undefined;
  }
}

type Headers = EslEvent['headers'];

/**
 * A 401 or 407 was sent. Nothing here tells REGISTER from INVITE, and sofia_reg.c swaps the names:
 * `from-user` is the user of To, `to-user` that of From. Where both are the same it is an account,
 * as in a REGISTER; otherwise somebody calls somebody.
 */
function challenged(headers: Headers, pbx: string, seenAt: number): News {
  const source = sourceOf(headers['network-ip'], headers['network-port']);
  if (source === undefined) return { refused: 'sofia::pre_register without an address' };
  const to = cleanText(headers['from-user']);
  const from = cleanText(headers['to-user']);
  const who = to === from ? { account: to } : { callingNumber: from, calledNumber: to };
  return {
    event: { kind: 'challenged', pbx, seenAt, source, proof: 'forgeable', ...more(headers, who) },
  };
}

/**
 * Every answer to a challenge. A wrong one is told again by register_failure, which must not be
 * counted twice; but only here stands whether a challenge of ours was answered at all:
 * sofia_reg.c writes the offered name once it has found the nonce among its own, `unknown` before.
 */
function attempted(headers: Headers, seenAt: number): News {
  if (headers['auth-result'] !== 'FORBIDDEN') return undefined;
  const key = keyOf(headers, headers['from-user']);
  const account = cleanText(headers['username']);
  if (key === undefined) return { refused: 'sofia::register_attempt without an address' };
  if (account === undefined || account === 'unknown') return undefined;
  const to = cleanText(headers['from-user']);
  const from = cleanText(headers['to-user']);
  const callingNumber = from === to ? undefined : from;
  const callId = cleanText(headers['call-id']);
  return { attempt: { key, seenAt, account, ...given({ callingNumber, callId }) } };
}

/**
 * A wrong answer; of an unknown account FreeSWITCH says the same. `to-user` is the user of To: the
 * account of a REGISTER, the dialled number of an INVITE.
 */
function failed(headers: Headers, pbx: string, seenAt: number): News {
  const source = sourceOf(headers['network-ip'], headers['network-port']);
  const key = keyOf(headers, headers['to-user']);
  if (source === undefined || key === undefined) {
    return { refused: 'sofia::register_failure without an address' };
  }
  const to = cleanText(headers['to-user']);
  const who = headers['registration-type'] === 'REGISTER' ? { account: to } : { calledNumber: to };
  const facts = { pbx, seenAt, source, proof: 'forgeable', ...more(headers, who) } as const;
  return { failure: { key, event: { kind: 'auth-failure', ...facts } } };
}

/** Never evidence: the PBX is asked whether it holds this registration. */
function registered(headers: Headers): News {
  const source = sourceOf(headers['network-ip'], headers['network-port']);
  const account = cleanText(headers['from-user']);
  if (source === undefined) return { refused: 'sofia::register without an address' };
  return account === undefined ? undefined : { registered: { account, address: source.address } };
}

/**
 * An INVITE that never answered its 407, told ten seconds later. One without a Contact has no
 * address here and cannot be judged.
 */
function vanished(headers: Headers, pbx: string, seenAt: number): News {
  const source = sourceOf(headers['network_ip'], headers['network_port']);
  if (source === undefined) {
    const absent = headers['network_ip'] === undefined;
    return absent ? undefined : { refused: 'sofia::wrong_call_state with an address that is none' };
  }
  const told = given({ callingNumber: cleanText(headers['from_user']) });
  return {
    event: { kind: 'bad-request', pbx, seenAt, source, proof: 'forgeable', ...told },
  };
}

type Who = { readonly [K in 'account' | 'callingNumber' | 'calledNumber']?: string | undefined };

function more(headers: Headers, who: Who) {
  return given({
    ...who,
    userAgent: cleanText(headers['user-agent']),
    callId: cleanText(headers['call-id']),
    context: cleanText(headers['profile-name']),
  });
}

/** One answer's attempt and failure are told in one turn and share these. */
function keyOf(headers: Headers, toUser: string | undefined): string | undefined {
  const source = sourceOf(headers['network-ip'], headers['network-port']);
  if (source === undefined) return undefined;
  const profile = headers['profile-name'] ?? '';
  return `${source.address} ${source.port} ${profile} ${(toUser ?? '').slice(0, 256)}`;
}
