import type { TrunkTrace } from '../trunks.ts';
import { openLists, profilesOf } from './configuration.ts';
import { descendants, type XmlElement } from './xml.ts';

/** Gateways of the profiles in sofia.conf: every machine that one of them names. */
export function gatewayTraces(sofia: XmlElement): TrunkTrace[] {
  return descendants(sofia, 'gateway').flatMap((gateway) => {
    const endpoint = gateway.attributes.get('name') ?? '';
    const params = new Map(
      descendants(gateway, 'param').map(({ attributes }) => [
        attributes.get('name') ?? '',
        attributes.get('value') ?? '',
      ]),
    );
    // Without a proxy the realm is asked, and without a realm the gateway's own name (sofia.c).
    const proxy = [params.get('proxy'), params.get('realm'), endpoint].find((each) => each);
    const others = ['register-proxy', 'outbound-proxy'].map((name) => params.get(name));
    return [proxy, ...others].flatMap((host) =>
      host === undefined || host === '' ? [] : [{ endpoint, host, where: 'gateway' }],
    );
  });
}

/**
 * Gateways in `sofia xmlstatus gateway` that stand in no profile's file, as those of users in the
 * directory: each names the proxy its calls go to. Its values are text between tags.
 */
export function statusTraces(status: string, known: ReadonlySet<string>): TrunkTrace[] {
  return status
    .split('<gateway>')
    .slice(1, MOST_GATEWAYS)
    .flatMap((text) => {
      const endpoint = valueOf(text, 'name');
      const host = valueOf(text, 'proxy');
      if (endpoint === undefined || host === undefined || known.has(endpoint)) return [];
      return [{ endpoint, host, where: 'gateway' }];
    });
}

const MOST_GATEWAYS = 2000;

function valueOf(text: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>([^<&]{1,512})</${tag}>`).exec(text)?.[1];
}

/**
 * Networks that a profile lets call without a password: FusionPBX keeps its carriers' addresses in
 * such a list. One that lets anybody in is no list of trunks, nor is ours, which is made from them.
 */
export function allowTraces(sofia: XmlElement, acl: XmlElement): TrunkTrace[] {
  const open = openLists(acl);
  const asked = new Set(profilesOf(sofia).flatMap(({ inboundAcl }) => inboundAcl));
  return descendants(acl, 'list').flatMap((list) => {
    const endpoint = list.attributes.get('name') ?? '';
    if (!asked.has(endpoint) || open.has(endpoint) || endpoint.startsWith('ghostgate')) return [];
    return descendants(list, 'node')
      .filter(({ attributes }) => attributes.get('type') === 'allow')
      .flatMap(({ attributes }) => (attributes.get('cidr') ?? '').split(','))
      .filter((cidr) => cidr.trim() !== '')
      .map((host) => ({ endpoint, host, where: 'apply-inbound-acl' }));
  });
}
