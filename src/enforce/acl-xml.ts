import { parseNetwork } from '../event/source.ts';
import type { AclEntry } from './acl-file.ts';

/**
 * The include file as FreeSWITCH reads it, in the middle of <network-lists>. Of the nodes that
 * match an address the one with the longest prefix decides, whatever their order, and without one
 * the list's default (switch_utils.c, switch_network_list_validate_ip_token). Its parser is
 * quadratic in nodes, not in addresses: 50,000 addresses are read in 63 ms by thirty to a node, in
 * 35 s by one, and a node holds 32 at the most (facts §4). An address without a prefix length is
 * skipped without a word.
 * @param trunks networks of the allow list for profiles that accept nobody else; without any there
 *   is no such list
 */
export function listText(
  list: string,
  entries: readonly AclEntry[],
  trunks: readonly string[],
): string {
  const denied = thirties(entries).map(
    (part) => `${node('deny', part)}\n<!-- ${part.map(told).join(' ')} -->\n`,
  );
  const allowed = thirties(trunks.map((target) => ({ target })));
  const trunkList = `<list name="${trunkListOf(list)}" default="deny">
${allowed.map((part) => `${node('allow', part)}\n`).join('')}</list>
`;
  return `${HEADER}
<include>
<list name="${list}" default="allow">
<node type="deny" cidr="${withLength(NOBODY)}"/>
${denied.join('')}</list>
${trunks.length === 0 ? NO_TRUNKS : trunkList}</include>
`;
}

/** Name of the allow list that stands beside a list of bans. */
export function trunkListOf(list: string): string {
  return `${list}_trunks`;
}

/**
 * Denied in every list we write, and nobody's address (RFC 1122 §3.2.1.3): a server that does not
 * hold it has not read our file. Not 0.0.0.0: as a /32 it matches everybody, for FreeSWITCH reads
 * a network of zeros as no network (switch_utils.h, switch_test_subnet; measured on 1.11.2).
 */
export const NOBODY = '0.0.0.2';

/** Reports whether a file is ours to write over. */
export function isOurList(text: string): boolean {
  return text.startsWith(HEADER_LINE);
}

/**
 * Reads every ban back. One that our comment does not tell of was put there by hand: it has no
 * end, and the next tick releases it.
 */
export function listEntries(text: string): AclEntry[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const words = TOLD.exec(lines[at + 1] ?? '')?.[1]?.split(' ') ?? [];
    return addresses(line, 'deny').flatMap((target, index): AclEntry[] => {
      if (target === undefined || target === NOBODY) return [];
      const [, kind = '', since, until] = WORD.exec(words[index] ?? '') ?? [];
      return [
        {
          target,
          since: since === undefined ? 0 : parseInt(since, 36),
          until: until === undefined ? Infinity : parseInt(until, 36),
          quarantine: kind.toLowerCase() === 'q',
          by: kind === 'J' || kind === 'Q' ? 'hand' : 'judge',
        },
      ];
    });
  });
}

/** Networks of the allow list, as they stand in the file. */
export function listTrunks(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line) => addresses(line, 'allow').filter((each) => each !== undefined));
}

/** Undefined stands where something else than an address does, so that the rest keep their place. */
function addresses(line: string, type: 'allow' | 'deny'): (string | undefined)[] {
  const [, found, written = ''] = NODE.exec(line) ?? [];
  return found === type ? written.split(',').map(parseNetwork) : [];
}

function node(type: 'allow' | 'deny', part: readonly { target: string }[]): string {
  const cidr = part.map(({ target }) => withLength(target)).join(',');
  return `<node type="${type}" cidr="${cidr}"/>`;
}

/** Short, for FreeSWITCH reads its configuration byte by byte: j9xk2.9xk9, in capitals by hand. */
function told({ since, until, quarantine, by }: AclEntry): string {
  const kind = quarantine ? 'q' : 'j';
  return `${by === 'hand' ? kind.toUpperCase() : kind}${time(since)}.${time(until)}`;
}

/** Milliseconds since the epoch; the latest time a Date can tell stands for every later one. */
function time(at: number): string {
  return Math.min(Math.round(at), 8.64e15).toString(36);
}

function withLength(target: string): string {
  if (target.includes('/')) return target;
  return `${target}/${target.includes(':') ? 128 : 32}`;
}

function thirties<T>(all: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += 30) parts.push(all.slice(at, at + 30));
  return parts;
}

const HEADER_LINE = '<!-- This file belongs to Ghostgate.';
// FreeSWITCH drops whole lines that hold certain words (switch_xml.c, preprocess), the end of a
// comment among them: its directives are not named here.
const HEADER = `${HEADER_LINE} It is written anew at every ban: changes made here are lost.
     FreeSWITCH cannot end a ban by itself. If Ghostgate is gone for good, delete the deny nodes
     and run: fs_cli -x reloadacl
     A profile that authenticates must not name the first list in apply-inbound-acl or
     apply-register-acl: whom it does not deny would then come in without a password.
     After each node, a word for each address: jail or quarantine, its begin and its end. -->`;
const NO_TRUNKS = `<!-- No address of a trunk is known: there is no list of them. -->
`;
const NODE = /^<node type="(allow|deny)" cidr="([^"]{1,2000})"\/>$/i;
const TOLD = /^<!-- ([0-9a-zJQ. ]{1,2000}) -->$/;
const WORD = /^([jqJQ])([0-9a-z]{1,12})\.([0-9a-z]{1,12})$/;
