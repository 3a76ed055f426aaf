import { createHmac } from 'node:crypto';
import type { SipEvent } from '../event/sip-event.ts';
import { parseAddress } from '../event/source.ts';
import type { JournalRecord } from '../judge/journal.ts';
import type { RulesPolicy } from '../policy/policy-rules.ts';
import { addressMap } from './anonymise-address.ts';

/**
 * Makes records that the judge comes to the same verdicts over, without the people in them.
 * Addresses become reserved ones, those of one /24 (IPv6: /48 and /64) staying together; names and
 * numbers become others of the same shape, the same every time, numbers with a common tail staying
 * so. What the rules look for (junk numbers and names, scanners' agents) stays as it is. Whys,
 * which repeat all that, are left out.
 * @param key random, and thrown away afterwards
 */
export function anonymiser(
  key: Buffer,
  rules: RulesPolicy,
): (record: JournalRecord) => JournalRecord {
  const addresses = addressMap((text) => digest(key, text));
  const junk = rules['junk-caller-id'];
  const kept = new Set([...(junk?.numbers ?? []), ...(junk?.names ?? [])].map(lower));
  const agents = [...(rules['scanner-user-agent']?.agents ?? []), rules.canary?.userAgent ?? ''];
  const names = new Map<string, string>();

  const scramble = (text: string): string => {
    if (kept.has(text.toLowerCase())) return text;
    let other = shuffled(key, text);
    // The shuffle is one to one: walking on until it leaves the kept ones keeps it so. Letters of
    // other scripts are not, so that a walk could go in a circle.
    for (let step = 0; step < MOST_STEPS && kept.has(other.toLowerCase()); step++) {
      other = shuffled(key, other);
    }
    return other;
  };
  const named = (kind: string, name: string): string => {
    const known = names.get(`${kind} ${name}`);
    if (known !== undefined) return known;
    const count = [...names.keys()].filter((each) => each.startsWith(`${kind} `)).length;
    names.set(`${kind} ${name}`, `${kind}-${count + 1}`);
    return `${kind}-${count + 1}`;
  };
  const agent = (text: string): string => {
    const isSought = agents.some((each) => each !== '' && lower(text).includes(lower(each)));
    // Serial numbers and hardware addresses are people's; the model and its version are not.
    return isSought
      ? text
      : text.replaceAll(/[0-9a-f]{6,}|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}/gi, 'x');
  };
  const identifier = (text: string): string => digest(key, text).toString('hex').slice(0, 16);
  const registration = <T extends { account: string; address: string; userAgent?: string }>(
    one: T,
  ): T => ({
    ...one,
    account: scramble(one.account),
    address: addresses.address(one.address),
    ...(one.userAgent === undefined ? {} : { userAgent: agent(one.userAgent) }),
  });

  const sought = rules['scanner-shape']?.fromHosts ?? [];
  const fromHost = (text: string): string => {
    if (sought.includes(text)) return text;
    const address = parseAddress(text);
    return address === undefined ? named('host', text) : addresses.address(address);
  };

  const eventOf = (event: SipEvent): SipEvent => ({
    ...event,
    pbx: named('pbx', event.pbx),
    source: { ...event.source, address: addresses.address(event.source.address) },
    ...mapped(
      event,
      ['account', 'endpoint', 'callingNumber', 'callingName', 'calledNumber'],
      scramble,
    ),
    ...mapped(event, ['userAgent'], agent),
    ...mapped(event, ['fromHost'], fromHost),
    ...mapped(event, ['callId', 'channel'], identifier),
    ...mapped(event, ['context'], (context) => named('context', context)),
  });

  return (record) => {
    switch (record.record) {
      case 'event': {
        const { verdict, ...rest } = record;
        const told = verdict === undefined ? {} : { verdict: { ...verdict, why: '' } };
        return { ...rest, ...told, event: eventOf(record.event) };
      }
      case 'start':
        return { ...record, site: named('site', record.site) };
      case 'registrations':
        return { ...record, pbx: named('pbx', record.pbx), live: record.live.map(registration) };
      case 'registrations-changed': {
        const { pbx, added, gone } = record;
        const all = { added: added.map(registration), gone: gone.map(registration) };
        return { ...record, pbx: named('pbx', pbx), ...all };
      }
      case 'trunks': {
        const hosts = Object.entries(record.addresses).map(
          ([host, found]) => [named('trunk', host), found.map(addresses.network)] as const,
        );
        return { ...record, addresses: Object.fromEntries(hosts) };
      }
      case 'own':
        return { ...record, networks: record.networks.map(addresses.network) };
      case 'ban': {
        const { ban } = record;
        const { pbx } = ban;
        const at = pbx === undefined ? {} : { pbx: named('pbx', pbx) };
        return {
          ...record,
          ban: { ...ban, ...at, target: addresses.network(ban.target), why: '' },
        };
      }
      case 'released':
        return { ...record, target: addresses.network(record.target) };
      case 'forged':
      default:
        return { ...record, address: addresses.address(record.address) };
    }
  };
}

const MOST_STEPS = 1000;

/** Digits of a number from the right that say who it is; what is before them, where. */
const OWN_DIGITS = 9;

/**
 * Another text of the same shape: a digit for a digit, a letter for a letter. Each depends on what
 * is to the right of it alone, so that texts with a common tail keep one.
 */
function shuffled(key: Buffer, text: string): string {
  const isNumber = /^\+?\d+$/.test(text);
  const from = isNumber ? Math.max(0, text.length - OWN_DIGITS) : 0;
  let result = '';
  for (let at = text.length - 1; at >= from; at--) {
    const shift = digest(key, `tail ${text.slice(at + 1)}`).readUInt16BE(0);
    result = shifted(text[at] ?? '', shift) + result;
  }
  return text.slice(0, from) + result;
}

function shifted(character: string, shift: number): string {
  for (const [first, size] of ALPHABETS) {
    const place = character.charCodeAt(0) - first;
    if (place >= 0 && place < size) return String.fromCharCode(first + ((place + shift) % size));
  }
  // Letters of other scripts name people too; signs do not.
  return /\p{L}/u.test(character) ? 'x' : character;
}

/** Code of the first character and how many follow: digits, capitals, small letters. */
const ALPHABETS: readonly (readonly [number, number])[] = [
  [48, 10],
  [65, 26],
  [97, 26],
];

function mapped<K extends string>(
  object: object,
  keys: readonly K[],
  map: (text: string) => string,
): { readonly [Key in K]?: string } {
  const entries = Object.entries(object).flatMap(([key, value]) =>
    keys.some((each) => each === key) && typeof value === 'string' ? [[key, map(value)]] : [],
  );
  return Object.fromEntries(entries);
}

function digest(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function lower(text: string): string {
  return text.toLowerCase();
}
