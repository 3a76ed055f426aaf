import { posix } from 'node:path';
import type { Files } from '../install/change.ts';
import { xmlTags, type XmlTag } from '../install/xml-tags.ts';
import type { TrunkList } from './trunk-list.ts';

/**
 * Trunks of a FreeSWITCH in files: the gateways of its profiles, and the lists of acl.conf that let
 * callers into a profile without a password (apply-inbound-acl).
 * @param folder of freeswitch.xml
 */
export function freeswitchTrunks(list: TrunkList, files: Files, folder: string): void {
  const variables = variablesOf(files, folder);
  const lists = new Set<string>();
  for (const file of profileFiles(files, folder)) {
    const tags = xmlTags(files.read(file) ?? '');
    for (const [gateway, params] of gateways(tags)) {
      const name = variables(gateway.attributes['name'] ?? '');
      const value = (key: string): string => variables(params.get(key) ?? '');
      const proxies = ['proxy', 'register-proxy', 'outbound-proxy'].map(value);
      // Without a proxy the realm is one, and without a realm the name (sofia.c, parse_gateways).
      const sources = value('proxy') === '' ? [...proxies, value('realm') || name] : proxies;
      list.add(name, sources, `${file}:${gateway.line}`);
    }
    for (const { attributes } of tags.filter(isParam('apply-inbound-acl'))) {
      lists.add(variables(attributes['value'] ?? ''));
    }
  }
  const file = posix.join(folder, 'autoload_configs/acl.conf.xml');
  let current = '';
  for (const { name, attributes, line } of xmlTags(files.read(file) ?? '')) {
    if (name === 'list') current = attributes['name'] ?? '';
    const cidr = attributes['cidr'] ?? attributes['host'];
    const allows = name === 'node' && attributes['type'] === 'allow' && lists.has(current);
    if (allows && cidr !== undefined) list.add(current, cidr.split(','), `${file}:${line}`);
  }
}

/** Names and proxies of the gateways that a running FreeSWITCH has, from `sofia xmlstatus gateway`. */
export function runningGateways(list: TrunkList, xml: string): void {
  for (const [, body = ''] of xml.matchAll(/<gateway>([\s\S]{1,20000}?)<\/gateway>/g)) {
    const text = (tag: string): string =>
      new RegExp(`<${tag}>([^<]{1,500})</${tag}>`).exec(body)?.[1]?.trim() ?? '';
    const name = text('name');
    if (name !== '') list.add(name, [text('proxy') || text('realm')], 'sofia status gateway');
  }
}

/** Ports of the profiles. */
export function freeswitchPorts(files: Files, folder: string): number[] {
  const variables = variablesOf(files, folder);
  return profileFiles(files, folder)
    .flatMap((file) => xmlTags(files.read(file) ?? ''))
    .filter((tag) => isParam('sip-port')(tag) || isParam('tls-sip-port')(tag))
    .map(({ attributes }) => variables(attributes['value'] ?? ''))
    .flatMap((port) => (/^\d{1,5}$/.test(port) ? [Number(port)] : []));
}

function isParam(name: string) {
  return (tag: XmlTag): boolean => tag.name === 'param' && tag.attributes['name'] === name;
}

/** Each gateway with its params, by name. */
function gateways(tags: readonly XmlTag[]): [XmlTag, Map<string, string>][] {
  const found: [XmlTag, Map<string, string>][] = [];
  let inside = false;
  for (const tag of tags) {
    if (tag.name === 'gateway') found.push([tag, new Map()]);
    if (/^(?:gateway|settings|domains|aliases|profile)$/.test(tag.name)) {
      inside = tag.name === 'gateway';
    }
    if (!inside || tag.name !== 'param') continue;
    found.at(-1)?.[1].set(tag.attributes['name'] ?? '', tag.attributes['value'] ?? '');
  }
  return found;
}

function profileFiles(files: Files, folder: string): string[] {
  const top = posix.join(folder, 'sip_profiles');
  const folders = [top, ...files.list(top).map((name) => posix.join(top, name))];
  return folders
    .filter((path) => files.isFolder(path))
    .flatMap((path) => files.list(path).map((name) => posix.join(path, name)))
    .filter((path) => path.endsWith('.xml'))
    .slice(0, MOST_FILES);
}

const MOST_FILES = 1000;

/** Fills in what vars.xml sets; FreeSWITCH writes it `$${name}`. */
function variablesOf(files: Files, folder: string): (text: string) => string {
  const set = new Map<string, string>();
  const fill = (text: string): string =>
    text.replaceAll(/\$\$\{([\w-]{1,100})\}/g, (whole, name: string) => set.get(name) ?? whole);
  for (const { name, attributes } of xmlTags(files.read(posix.join(folder, 'vars.xml')) ?? '')) {
    if (name !== 'X-PRE-PROCESS' || attributes['cmd'] !== 'set') continue;
    const [, key, value = ''] = /^([\w-]{1,100})=(.{0,500})$/s.exec(attributes['data'] ?? '') ?? [];
    if (key !== undefined) set.set(key, fill(value));
  }
  return fill;
}
