import type { AsteriskPolicy } from '../../../policy/policy-pbx.ts';
import { proposalsOf, type TrunkProposal, type TrunkTrace } from '../../trunks.ts';
import { EXCLUDE_INJECTED } from '../filters.ts';
import { openSession } from '../session.ts';
import {
  configuredTraces,
  endpointFacts,
  identifyTraces,
  peerFacts,
  peerTraces,
  registrationTraces,
  registryTraces,
} from '../translate-trunk.ts';
import { type Asking, isPlainName, listed, sectionsApart } from './config.ts';

/**
 * Which trunks this Asterisk has, over a session of its own. Undefined when it does not tell.
 * Changes nothing. Rejects with AmiError when it cannot be asked.
 */
export async function learnAsteriskTrunks(
  policy: AsteriskPolicy,
): Promise<TrunkProposal[] | undefined> {
  const session = await openSession({
    policy,
    purpose: 'trunks',
    events: 'off',
    filters: EXCLUDE_INJECTED,
    filtersOptional: true,
    on: { event: ignore, refused: ignore, closed: ignore },
  });
  try {
    return await askTrunks(session);
  } finally {
    session.close();
  }
}

/** The same over a session that is there already. */
export async function askTrunks(session: Asking): Promise<TrunkProposal[] | undefined> {
  const pjsip = await pjsipTraces(session);
  const sip = await sipTraces(session);
  if (pjsip === undefined && sip === undefined) return undefined;
  return proposalsOf([...(pjsip ?? []), ...(sip ?? [])]);
}

/** More endpoints that are asked for nothing than any PBX has. */
const MOST_ASKED = 2000;

/**
 * chan_pjsip: where it registers, by which addresses it knows an endpoint, and where an endpoint is
 * that it gives a password to. An endpoint that must give one itself is a phone.
 */
async function pjsipTraces(session: Asking): Promise<TrunkTrace[] | undefined> {
  const rows = await listed(session, { Action: 'PJSIPShowEndpoints' }, 'EndpointListComplete');
  if (rows === undefined) return undefined;
  const endpoints = rows.map(endpointFacts).filter(({ challenged }) => !challenged);
  const action = { Action: 'PJSIPShowRegistrationsOutbound' };
  const registrations = registrationTraces(
    (await listed(session, action, 'OutboundRegistrationDetailComplete')) ?? [],
  );
  // What is served from a database stands in no file; then the addresses in force are told.
  const written = configuredTraces(
    (await sectionsApart(session, 'pjsip.conf', 'type=identify')) ?? [],
  );
  const found = [...registrations, ...written];
  for (const { name } of endpoints.slice(0, MOST_ASKED)) {
    if (!isPlainName(name) || written.some(({ endpoint }) => endpoint === name)) continue;
    const show = { Action: 'PJSIPShowEndpoint', Endpoint: name };
    found.push(
      ...identifyTraces(name, (await listed(session, show, 'EndpointDetailComplete')) ?? []),
    );
  }
  const linked = new Set(found.map(({ endpoint }) => endpoint));
  for (const { name, answers, contacts } of endpoints) {
    if (!answers && !linked.has(name)) continue;
    found.push(...contacts.map((host) => ({ endpoint: name, host, where: 'contact' })));
  }
  return found;
}

/** chan_sip: peers with a fixed host, and where it registers. */
async function sipTraces(session: Asking): Promise<TrunkTrace[] | undefined> {
  const rows = await listed(session, { Action: 'SIPpeers' }, 'PeerlistComplete');
  if (rows === undefined) return undefined;
  const found: TrunkTrace[] = [];
  const fixed = rows.map(peerFacts).filter((peer) => peer.fixed);
  for (const { name: peer } of fixed.slice(0, MOST_ASKED)) {
    if (!isPlainName(peer)) continue;
    const answer = await session.request({ Action: 'SIPshowpeer', Peer: peer });
    if (answer.name === 'Success') found.push(...peerTraces(peer, answer));
  }
  const registry = await listed(session, { Action: 'SIPshowregistry' }, 'RegistrationsComplete');
  return [...found, ...registryTraces(registry ?? [], found)];
}

function ignore(): void {}
