import ipaddr from 'ipaddr.js';
import { parseNetwork } from '../../event/source.ts';
import type { GateList } from '../gate.ts';

/**
 * The AstDB key that one entry of the gate stands under: the dialplan looks a source up under its
 * address and under a few of its prefixes, as text. Undefined for a prefix of another length.
 * @param key canonical address or prefix; a caller ID for `junk`
 */
export function gateKey(list: GateList, key: string): string | undefined {
  if (list === 'state') return key;
  if (list === 'junk') return junkKey(key);
  const [address = '', bits] = key.split('/');
  const { parts, partBits, depths, radix, mark } = formOf(address);
  const depth = depths.find((each) => each * partBits === Number(bits ?? parts.length * partBits));
  if (depth === undefined) return undefined;
  return parts
    .slice(0, depth)
    .map((part) => part.toString(radix))
    .join(mark);
}

/** The address or prefix that a key stands for; undefined for a key that is not ours. */
export function entryOfKey(key: string): string | undefined {
  const v6 = key.includes(':');
  const count = key.split(v6 ? ':' : '.').length;
  const zeros = v6 ? '::' : '.0'.repeat(Math.max(0, 4 - count));
  const bits = count * (v6 ? 16 : 8);
  const whole = v6 ? count === 8 : count === 4;
  const entry = parseNetwork(whole ? key : `${key}${zeros}/${bits}`);
  return entry !== undefined && gateKey('ban', entry) === key ? entry : undefined;
}

/** How many parts make the keys that the dialplan looks up: /16, /24 and an address; /48, /64 and an address. */
function formOf(address: string) {
  if (!address.includes(':')) {
    return {
      parts: address.split('.').map(Number),
      partBits: 8,
      depths: [2, 3, 4],
      radix: 10,
      mark: '.',
    };
  }
  const { parts } = ipaddr.IPv6.parse(address);
  return { parts, partBits: 16, depths: [3, 4, 8], radix: 16, mark: ':' };
}

/** As the dialplan writes a caller ID before it looks it up: FILTER and TOLOWER. */
function junkKey(text: string): string | undefined {
  const key = text.replaceAll(/[^+*#0-9A-Za-z._]/g, '').toLowerCase();
  return key === '' ? undefined : key;
}
