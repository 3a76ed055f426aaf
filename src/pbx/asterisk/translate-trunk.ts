import type { TrunkTrace } from '../trunks.ts';
import type { Frame } from './frame.ts';

/** One endpoint of PJSIPShowEndpoints that may be a trunk's. */
export interface EndpointFacts {
  readonly name: string;
  /** It must answer a challenge: a phone. */
  readonly challenged: boolean;
  /** The PBX has a password of its own to give there. */
  readonly answers: boolean;
  readonly contacts: readonly string[];
}

/** One EndpointList event of PJSIPShowEndpoints. */
export function endpointFacts({ fields }: Frame): EndpointFacts {
  // `gntel/sip:31201234567@sip.gntel.example:5060,`
  const contacts = (fields.get('Contacts') ?? '').split(',').flatMap((contact) => {
    const slash = contact.indexOf('/');
    return slash === -1 ? [] : [contact.slice(slash + 1)];
  });
  return {
    name: fields.get('ObjectName') ?? '',
    challenged: has(fields.get('Auths') ?? fields.get('Auth')),
    answers: has(fields.get('OutboundAuths') ?? fields.get('OutboundAuth')),
    contacts,
  };
}

/** Events of PJSIPShowRegistrationsOutbound: where the PBX registers, and for which endpoint. */
export function registrationTraces(frames: readonly Frame[]): TrunkTrace[] {
  return frames
    .filter(({ name }) => name === 'OutboundRegistrationDetail')
    .flatMap(({ fields }) => {
      const named = fields.get('Endpoint') ?? '';
      const endpoint = named === '' ? (fields.get('ObjectName') ?? '') : named;
      return traces(endpoint, 'outbound registration', [
        fields.get('ServerUri'),
        fields.get('OutboundProxy'),
      ]);
    });
}

/** Events of PJSIPShowEndpoint: by which addresses the PBX knows it. */
export function identifyTraces(endpoint: string, frames: readonly Frame[]): TrunkTrace[] {
  return frames
    .filter(({ name }) => name === 'IdentifyDetail')
    .flatMap(({ fields }) => traces(endpoint, 'identify', (fields.get('Match') ?? '').split(',')));
}

/**
 * `type=identify` sections of pjsip.conf as GetConfig tells them: there a DNS name is still a name,
 * where the PBX itself holds the addresses it had when it loaded.
 */
export function configuredTraces(
  sections: readonly (readonly (readonly [name: string, value: string])[])[],
): TrunkTrace[] {
  return sections.flatMap((lines) => {
    const endpoint = lines.findLast(([name]) => name === 'endpoint')?.[1] ?? '';
    const matches = lines.flatMap(([name, value]) => (name === 'match' ? value.split(',') : []));
    return traces(endpoint, 'identify', matches);
  });
}

/** One PeerEntry event of SIPpeers, of chan_sip; `fixed`: its address is written down. */
export function peerFacts({ fields }: Frame): { name: string; fixed: boolean } {
  return { name: fields.get('ObjectName') ?? '', fixed: fields.get('Dynamic') === 'no' };
}

/** Answer of SIPshowpeer, of chan_sip: where a peer with a fixed address is. */
export function peerTraces(endpoint: string, { fields }: Frame): TrunkTrace[] {
  if (fields.get('Dynamic') === 'Y') return [];
  return traces(endpoint, 'host', [fields.get('ToHost')]);
}

/**
 * Events of SIPshowregistry: where chan_sip registers. A registration by a peer's name leads to that
 * peer's own host, and has nothing to add; one by a host belongs to the peer that has it.
 */
export function registryTraces(
  frames: readonly Frame[],
  peers: readonly TrunkTrace[],
): TrunkTrace[] {
  return frames
    .filter(({ name }) => name === 'RegistryEntry')
    .flatMap(({ fields }) => {
      const host = fields.get('Host') ?? '';
      if (peers.some(({ endpoint }) => endpoint === host)) return [];
      const peer = peers.find((each) => each.host.toLowerCase() === host.toLowerCase());
      return traces(peer?.endpoint ?? host, 'register', [host]);
    });
}

function traces(
  endpoint: string,
  where: string,
  hosts: readonly (string | undefined)[],
): TrunkTrace[] {
  return hosts.flatMap((host) => (has(host) ? [{ endpoint, host: host ?? '', where }] : []));
}

function has(text: string | undefined): boolean {
  return (text ?? '').trim() !== '';
}
