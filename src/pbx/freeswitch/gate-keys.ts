import ipaddr from 'ipaddr.js';
import { parseNetwork } from '../../event/source.ts';
import type { GateList } from '../gate.ts';

/**
 * The keys of FreeSWITCH's hash that one entry of the gate stands under; none for what the dialplan
 * cannot look up. It looks a source up as text: under its address, and for IPv6 under what its
 * address begins with. That a network begins with is written in one way or another, depending on
 * where the address has zeros, so one network has several keys.
 * @param key canonical address or prefix; a caller ID for `junk`
 */
export function gateKeys(list: GateList, key: string): readonly string[] {
  if (list === 'state') return [key];
  if (list === 'junk') return junkKeys(key);
  const [address = '', bits] = key.split('/');
  if (bits === undefined) return [address];
  if (!address.includes(':') || (bits !== '64' && bits !== '48')) return [];
  const groups = ipaddr.IPv6.parse(address).parts.slice(0, Number(bits) / 16);
  return beginnings(groups.map((group) => group.toString(16))).map((text) => `${bits}-${text}`);
}

/** A source as the dialplan may hold it, and until when: read back from keys by `gateKeys`. */
export function heldEntries(held: ReadonlyMap<string, number>): Map<string, number> {
  const entries = new Map<string, number>();
  for (const key of held.keys()) {
    const entry = entryOf(key);
    if (entry === undefined || entries.has(entry)) continue;
    // Of a network whose keys are there in part, some addresses are not looked up.
    const seconds = gateKeys('ban', entry).map((each) => held.get(each) ?? 0);
    entries.set(entry, Math.min(...seconds));
  }
  return entries;
}

/** The address or network that a key may stand for; undefined for a key that is not ours. */
function entryOf(key: string): string | undefined {
  const [, bits, text] = /^(48|64)-([0-9a-f:]{1,20})$/.exec(key) ?? [];
  const whole = text?.includes('::') === false ? `${text}::` : text;
  const filled = whole?.endsWith('::') === false ? `${whole}:0:0:0:0` : whole;
  const entry = parseNetwork(bits === undefined ? key : `${filled}/${bits}`);
  return entry !== undefined && gateKeys('ban', entry).includes(key) ? entry : undefined;
}

/**
 * All that the text of an address may begin with, in which two or more groups of zeros in a row
 * have become `::` (RFC 5952; FreeSWITCH prints addresses so).
 * @param groups the network's, three or four
 */
function beginnings(groups: readonly string[]): string[] {
  const found = [groups.join(':')];
  for (let kept = groups.length - 1; kept >= 1 && groups[kept] === '0'; kept--) {
    found.push(`${groups.slice(0, kept).join(':')}::`);
  }
  const [first, second, third, last = '0'] = groups;
  // The one case where groups of the network stand behind the zeros: 2001::7:1:2:3:4 is in 2001:0:0:7::/64.
  if (second === '0' && third === '0' && last !== '0') found.push(`${first}::${last}`);
  return found;
}

/** As the dialplan looks a caller ID up: in small letters, if it is plain characters alone. */
function junkKeys(text: string): string[] {
  const key = text.toLowerCase();
  return JUNK.test(key) ? [key] : [];
}

/** No slash, which parts the words of `hash`; no blank at either end, which it takes away. */
const JUNK = /^[+*#0-9a-z._-](?:[+*#0-9a-z._ -]{0,126}[+*#0-9a-z._-])?$/;
