import { field, itemsOf } from './data.ts';
import { isLoopback } from './loopback.ts';
import { localEnforcers } from './remote.ts';
import type { Finding, Path } from './problem.ts';
import { show } from './problem.ts';

/**
 * What one value cannot show: names used twice, PBXs that are not there, secrets that would go
 * over the network for all to read. Works on the data as the file has it, good or bad, so that
 * a mistake elsewhere hides none of these.
 */
export function crossCheck(data: unknown): Finding[] {
  return [
    ...repeated(data, 'pbxs', 'PBX'),
    ...repeated(data, 'trunks', 'trunk'),
    ...repeated(data, 'feeds', 'feed'),
    ...geoFiles(data),
    ...repeated(data, 'notify', 'channel'),
    ...repeatedEnforcers(data),
    ...aclPbxs(data),
    ...clearText(data),
    ...tlsInSsh(data),
    ...localEnforcers(data),
    ...crowdsecInClear(data),
  ];
}

function repeated(data: unknown, list: string, what: string): Finding[] {
  const names = itemsOf(field(data, list)).map((item) => field(item, 'name'));
  return twice(names).map((at) => ({
    path: [list, at, 'name'],
    message: `another ${what} has this name: ${show(names[at])}`,
    hint: 'give each a name of its own',
  }));
}

/** Countries and networks mean nothing without the file that tells them. */
function geoFiles(data: unknown): Finding[] {
  const geo = field(data, 'geo');
  return ['deny', 'evidence'].flatMap((use) =>
    GEO_FILES.flatMap(({ key, file, what }): Finding[] => {
      const named = itemsOf(field(field(geo, use), key));
      if (named.length === 0 || field(geo, file) !== undefined) return [];
      const hint = `name the MMDB file that tells them: ${file}: /var/lib/GeoIP/${what}.mmdb`;
      return [{ path: ['geo', use, key], message: `needs geo.${file}`, hint }];
    }),
  );
}

const GEO_FILES = [
  { key: 'countries', file: 'country_file', what: 'GeoLite2-Country' },
  { key: 'all_countries_but', file: 'country_file', what: 'GeoLite2-Country' },
  { key: 'asns', file: 'asn_file', what: 'GeoLite2-ASN' },
] as const;

function repeatedEnforcers(data: unknown): Finding[] {
  const kinds = itemsOf(field(data, 'enforce')).map((item) =>
    typeof item === 'string' ? item : onlyKey(item),
  );
  return twice(kinds).map((at) => ({
    path: ['enforce', at],
    message: `another enforcer of this kind: ${show(kinds[at])}`,
    hint: 'name each once',
  }));
}

/** An ACL is read by PBXs of one kind: those it names must be there, and be of that kind. */
function aclPbxs(data: unknown): Finding[] {
  const pbxs = itemsOf(field(data, 'pbxs'));
  const all = namesOf(pbxs);
  return itemsOf(field(data, 'enforce')).flatMap((enforcer, at) => {
    const acl = ACLS.find(({ name }) => enforcer === name || onlyKey(enforcer) === name);
    if (acl === undefined) return [];
    const fitting = namesOf(pbxs.filter((pbx) => field(pbx, acl.key) !== undefined));
    const named = field(field(enforcer, acl.name), 'pbxs');
    if (named === undefined && all.length > 0 && fitting.length === 0) {
      const path: Path = enforcer === acl.name ? ['enforce', at] : ['enforce', at, acl.name];
      return [{ path, message: `none of the PBXs is ${acl.what}`, hint: 'take it out' }];
    }
    return itemsOf(named).flatMap((name, index): Finding[] => {
      if (typeof name !== 'string' || fitting.includes(name)) return [];
      const message = all.includes(name)
        ? `not ${acl.what}: ${show(name)}`
        : `no PBX of this name: ${show(name)}`;
      const hint = fitting.length === 0 ? undefined : `it can name ${fitting.map(show).join(', ')}`;
      return [{ path: ['enforce', at, acl.name, 'pbxs', index], message, hint }];
    });
  });
}

const ACLS = [
  { name: 'asterisk-acl', key: 'asterisk', what: 'an Asterisk' },
  { name: 'freeswitch-acl', key: 'freeswitch', what: 'a FreeSWITCH' },
] as const;

function namesOf(pbxs: readonly unknown[]): string[] {
  return pbxs.map((pbx) => field(pbx, 'name')).filter((name) => typeof name === 'string');
}

function clearText(data: unknown): Finding[] {
  return itemsOf(field(data, 'pbxs')).flatMap((pbx, at) =>
    LINKS.flatMap(({ key, what, hint }): Finding[] => {
      const link = field(pbx, key);
      const host = field(link, 'host');
      if (typeof host !== 'string' || isLoopback(host)) return [];
      if (key === 'asterisk' && speaksTls(link)) return [];
      if (field(link, 'allow_clear_text_over_network') === true) return [];
      const message = `${what} in clear text to another machine: ${show(host)}`;
      return [{ path: ['pbxs', at, key, 'host'], message, hint }];
    }),
  );
}

function speaksTls(link: unknown): boolean {
  const tls = field(link, 'tls');
  return tls === true || (typeof tls === 'object' && tls !== null);
}

/** TLS within SSH shows nothing more, and the certificate would be that of another name. */
function tlsInSsh(data: unknown): Finding[] {
  return itemsOf(field(data, 'pbxs')).flatMap((pbx, at): Finding[] => {
    const link = field(pbx, 'asterisk');
    if (field(pbx, 'ssh') === undefined || !speaksTls(link)) return [];
    const hint = 'take tls out, and let port be that of AMI without TLS (5038)';
    return [{ path: ['pbxs', at, 'asterisk', 'tls'], message: 'SSH encrypts it already', hint }];
  });
}

function crowdsecInClear(data: unknown): Finding[] {
  return itemsOf(field(data, 'enforce')).flatMap((enforcer, at): Finding[] => {
    const url = field(field(enforcer, 'crowdsec'), 'url');
    if (typeof url !== 'string' || !url.startsWith('http://') || !URL.canParse(url)) return [];
    const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
    if (isLoopback(host)) return [];
    const message = `CrowdSec's password in clear text to another machine: ${show(url)}`;
    return [{ path: ['enforce', at, 'crowdsec', 'url'], message, hint: 'write https://' }];
  });
}

/** The event socket speaks no TLS (mod_event_socket.c): there it is a tunnel or nothing. */
const LINKS = [
  {
    key: 'asterisk',
    what: 'AMI',
    hint: 'write tls: true, or ssh: { host: … } beside it, or allow_clear_text_over_network: true where nobody else can listen',
  },
  {
    key: 'freeswitch',
    what: 'the event socket',
    hint: 'run Ghostgate beside the PBX, or write ssh: { host: … } beside it, or allow_clear_text_over_network: true where nobody else can listen',
  },
] as const;

/** Indexes of texts that stand in the list before. */
function twice(texts: readonly unknown[]): number[] {
  const seen = new Set<unknown>();
  return texts.flatMap((each, at) => {
    if (typeof each !== 'string') return [];
    if (seen.has(each)) return [at];
    seen.add(each);
    return [];
  });
}

function onlyKey(value: unknown): string | undefined {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return keys.length === 1 ? keys[0] : undefined;
}
