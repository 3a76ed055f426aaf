import { parseNetwork } from '../../event/source.ts';
import { cleanText } from '../../event/text.ts';
import { EslError } from './esl-error.ts';
import type { EslSession } from './session.ts';
import { descendants, parseXml, type XmlElement } from './xml.ts';

/** One SIP profile, as far as it decides who is let in. */
export interface Profile {
  readonly name: string;
  /**
   * It challenges callers. Only `auth-calls` set to a no says that it does not: where nothing is
   * said, the dangerous case is assumed.
   */
  readonly authenticates: boolean;
  /** Lists of apply-inbound-acl: whom they allow calls without a password. */
  readonly inboundAcl: string[];
  /** Lists of apply-register-acl: whom they allow registers without a password. */
  readonly registerAcl: string[];
  /** accept-blind-reg or accept-blind-auth: any password is right. */
  readonly blind: boolean;
}

/** The PBX parses and prints 50,000 entries within a second, and works for others meanwhile. */
const ANSWER_MS = 30_000;

/**
 * The configuration of this name as FreeSWITCH holds it, wherever it comes from: FusionPBX serves
 * it out of its database through the same door. Undefined when it holds none. Rejects with EslError.
 */
export async function askConfiguration(
  session: Pick<EslSession, 'api'>,
  name: 'acl.conf' | 'sofia.conf',
): Promise<XmlElement | undefined> {
  const command = `xml_locate configuration configuration name ${name}`;
  const answer = (await session.api(command, ANSWER_MS)).trim();
  if (/^-err/i.test(answer) || answer === '') return undefined;
  const element = parseXml(answer);
  if (element !== undefined) return element;
  throw new EslError('protocol', `${name} as the PBX prints it could not be read`, {
    answer: cleanText(answer) ?? '',
  });
}

/**
 * The networks that a list denies, canonical; undefined when there is no such list. An entry without
 * its prefix length is left out, for FreeSWITCH skips it in silence.
 */
export function deniedBy(aclConf: XmlElement, list: string): ReadonlySet<string> | undefined {
  // Of two lists with one name FreeSWITCH keeps the later.
  const found = descendants(aclConf, 'list').findLast(
    ({ attributes }) => attributes.get('name') === list,
  );
  if (found === undefined) return undefined;
  const held = new Set<string>();
  for (const node of descendants(found, 'node')) {
    if (node.attributes.get('type') !== 'deny') continue;
    for (const cidr of (node.attributes.get('cidr') ?? '').split(',')) {
      const network = cidr.includes('/') ? parseNetwork(cidr.trim()) : undefined;
      if (network !== undefined) held.add(network);
    }
  }
  return held;
}

/** Names of the lists that let in whom they do not name. */
export function openLists(aclConf: XmlElement): ReadonlySet<string> {
  const open = new Set(['any_v4.auto', 'any_v6.auto', 'wan.auto', 'wan_v4.auto', 'wan_v6.auto']);
  for (const list of descendants(aclConf, 'list')) {
    const name = list.attributes.get('name');
    const standard = list.attributes.get('default');
    const whole = descendants(list, 'node').some(
      ({ attributes }) =>
        isTrue(attributes.get('type')) && /\/0+(?:,|$)/.test(attributes.get('cidr') ?? ''),
    );
    // Without a default FreeSWITCH allows.
    if (name !== undefined && (standard === undefined || isTrue(standard) || whole)) open.add(name);
  }
  return open;
}

export function profilesOf(sofiaConf: XmlElement): Profile[] {
  return descendants(sofiaConf, 'profile').flatMap((profile) => {
    const name = cleanText(profile.attributes.get('name'));
    if (name === undefined) return [];
    const params = descendants(profile, 'settings').flatMap(({ children }) => children);
    const values = (key: string) =>
      params
        .filter(({ attributes }) => attributes.get('name') === key)
        .map(({ attributes }) => attributes.get('value') ?? '');
    const authCalls = values('auth-calls').at(-1);
    return [
      {
        name,
        authenticates: authCalls === undefined || isTrue(authCalls),
        inboundAcl: values('apply-inbound-acl'),
        registerAcl: values('apply-register-acl'),
        blind: [...values('accept-blind-reg'), ...values('accept-blind-auth')].some(isTrue),
      },
    ];
  });
}

/** What lets anybody in without a password, in words; undefined when nothing does. */
export function openDoors(
  profiles: readonly Profile[],
  open: ReadonlySet<string>,
): string | undefined {
  const doors = profiles.flatMap(({ name, authenticates, inboundAcl, registerAcl, blind }) => [
    ...(authenticates ? inboundAcl : [])
      .filter((list) => open.has(list))
      .map((list) => `profile ${name}: apply-inbound-acl ${list} allows by default`),
    ...registerAcl
      .filter((list) => open.has(list))
      .map((list) => `profile ${name}: apply-register-acl ${list} allows by default`),
    ...(blind ? [`profile ${name}: accept-blind-reg or accept-blind-auth is on`] : []),
  ]);
  if (doors.length === 0) return undefined;
  return `anybody is let in without a password: ${doors.join('; ')}`;
}

/** As switch_true of switch_utils.h reads it. */
function isTrue(value: string | undefined): boolean {
  return /^(?:yes|on|true|t|enabled|active|allow|[1-9]\d*)$/i.test(value ?? '');
}
