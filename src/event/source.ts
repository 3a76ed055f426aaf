import ipaddr from 'ipaddr.js';
import type { Source, Transport } from './sip-event.ts';

/** Longest text that can be an address: a v4-mapped IPv6 address in full. */
const MAX_ADDRESS_CHARS = 45;

/**
 * Reads one address, as text without brackets, port or zone.
 * Returns its canonical form (v4-mapped IPv6 as IPv4), or undefined when it is not an address.
 * ipaddr.js alone would read `1` as 0.0.0.1 and `010.1.2.3` as 8.1.2.3: only four plain
 * decimals pass for IPv4 here.
 */
export function parseAddress(text: string): string | undefined {
  if (text.length > MAX_ADDRESS_CHARS) return undefined;
  // ipaddr.js finds out that text is not IPv4 by throwing: IPv6 must not take that way.
  if (!text.includes(':')) return ipaddr.IPv4.isValidFourPartDecimal(text) ? text : undefined;
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text).toString();
}

/** Reads `1.2.3.4:5060`, `[2001:db8::1]:5060` or a bare address. Port 0 when there is none. */
export function parseHostPort(text: string): { address: string; port: number } | undefined {
  const bracketed = /^\[([^\]]{2,45})\](?::(\d{1,5}))?$/.exec(text);
  const plain = bracketed ?? /^([0-9.]{7,15})(?::(\d{1,5}))?$/.exec(text);
  const address = parseAddress(plain?.[1] ?? text);
  const port = Number(plain?.[2] ?? 0);
  return address === undefined || port > 65_535 ? undefined : { address, port };
}

/**
 * What a source is judged and banned as: an IPv4 address as it is, an IPv6 address by its
 * prefix (RFC 6177: a site owns at least a /64, so one address of it means nothing).
 * @param address canonical, from parseAddress
 * @param v6Bits prefix length for IPv6, 48 to 128
 */
export function targetOf(address: string, v6Bits = 64): string {
  if (!address.includes(':')) return address;
  const bytes = ipaddr.IPv6.parse(address).toByteArray();
  for (let bit = v6Bits; bit < 128; bit++) {
    const at = bit >> 3;
    bytes[at] = (bytes[at] ?? 0) & ~(0x80 >> (bit & 7));
  }
  return `${ipaddr.fromByteArray(bytes).toString()}/${v6Bits}`;
}

/**
 * Reads an address or prefix as a person writes it for `ban`, `trust` or `sources`.
 * Returns canonical text (`203.0.113.0/28`, host bits cleared; a lone address without `/`),
 * or undefined. `10/8` and octal-looking forms are not accepted.
 */
export function parseNetwork(text: string): string | undefined {
  const slash = text.indexOf('/');
  if (slash === -1) return parseAddress(text);
  const address = parseAddress(text.slice(0, slash));
  const bitsText = text.slice(slash + 1);
  if (address === undefined || !/^\d{1,3}$/.test(bitsText)) return undefined;
  const bits = Number(bitsText);
  const isV6 = address.includes(':');
  if (bits > (isV6 ? 128 : 32)) return undefined;
  if (isV6) return bits === 128 ? address : targetOf(address, bits);
  if (bits === 32) return address;
  const network = ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`);
  return `${network.toString()}/${bits}`;
}

/** Fills in what the PBX does not tell. */
export function source(address: string, port = 0, transport: Transport = 'unknown'): Source {
  return { address, port, transport };
}
