import { BlockList } from 'node:net';
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
    ...repeatedEnforcers(data),
    ...absentPbxs(data),
    ...clearText(data),
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

function absentPbxs(data: unknown): Finding[] {
  const known = new Set(itemsOf(field(data, 'pbxs')).map((pbx) => field(pbx, 'name')));
  const listed = [...known].filter((name) => typeof name === 'string').map(show);
  return itemsOf(field(data, 'enforce')).flatMap((enforcer, at) =>
    itemsOf(field(field(enforcer, 'asterisk-acl'), 'pbxs')).flatMap((name, index): Finding[] => {
      if (typeof name !== 'string' || known.has(name)) return [];
      const path: Path = ['enforce', at, 'asterisk-acl', 'pbxs', index];
      const hint = listed.length === 0 ? undefined : `the PBXs are ${listed.join(', ')}`;
      return [{ path, message: `no PBX of this name: ${show(name)}`, hint }];
    }),
  );
}

function clearText(data: unknown): Finding[] {
  return itemsOf(field(data, 'pbxs')).flatMap((pbx, at): Finding[] => {
    const asterisk = field(pbx, 'asterisk');
    const host = field(asterisk, 'host');
    if (typeof host !== 'string' || isLoopback(host)) return [];
    if (field(asterisk, 'tls') === true) return [];
    if (field(asterisk, 'allow_clear_text_over_network') === true) return [];
    return [
      {
        path: ['pbxs', at, 'asterisk', 'host'],
        message: `AMI in clear text to another machine: ${show(host)}`,
        hint: 'write tls: true, or allow_clear_text_over_network: true where nobody else can listen',
      },
    ];
  });
}

/** Reports whether a connection to this host stays on this machine. */
function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return LOOPBACK.check(host) || LOOPBACK.check(host, 'ipv6');
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

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

/** The field of a map, undefined when there is none or this is no map. */
export function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** The items of a list, none when this is no list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
