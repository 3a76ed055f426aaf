import { parseAddress, parseNetwork } from '../event/source.ts';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';

/**
 * What is wrong with an address or prefix that a person wrote; undefined when nothing is. Host
 * bits are refused, not cleared: whoever writes 10.20.0.1/16 may have meant one machine, and a
 * policy that trusts 65,535 others for it would be a hole nobody sees.
 */
export function networkMistake(text: string, wanted = 'address or prefix'): Mistake | undefined {
  const network = parseNetwork(text);
  if (network === undefined) {
    return { message: `not an ${wanted}: ${show(text)}`, hint: guess(text) };
  }
  const wide = tooWide(network);
  if (wide !== undefined) return wide;
  const address = parseAddress(text.split('/', 1)[0] ?? '');
  if (address !== network.split('/', 1)[0]) {
    return {
      message: `address bits behind the prefix: ${show(text)}`,
      hint: `write ${network} for the network, ${address} for the one address`,
    };
  }
  return undefined;
}

/** Reports whether a person who wrote this meant an address or prefix, right or wrong. */
export function looksLikeNetwork(text: string): boolean {
  return (
    /^[\d./]+$/.test(text) || text.includes('/') || /^[\da-f:.]*:[\da-f:.]*:[\da-f:.%]*/i.test(text)
  );
}

/** Nobody owns more than a /8, or a /16 of IPv6: a prefix that wide is a slip of the pen. */
function tooWide(network: string): Mistake | undefined {
  const [address = '', bitsText] = network.split('/');
  if (bitsText === undefined) return undefined;
  const bits = Number(bitsText);
  const isV6 = address.includes(':');
  const least = isV6 ? LEAST_V6_BITS : LEAST_V4_BITS;
  if (bits >= least) return undefined;
  const count = isV6 ? `2^${128 - bits}` : (2 ** (32 - bits)).toLocaleString('en-US');
  return {
    message: `trusts ${count} addresses: ${show(network)}`,
    hint: `name smaller prefixes, /${least} at the widest`,
  };
}

function guess(text: string): string | undefined {
  const [address = '', bits] = text.split('/');
  const suffix = bits === undefined ? '' : `/${bits}`;
  const decimals = address.split('.');
  if (decimals.length < 4 && decimals.every((part) => /^\d{1,3}$/.test(part))) {
    const whole = [...decimals, '0', '0', '0'].slice(0, 4).join('.') + suffix;
    if (parseNetwork(whole) !== undefined) return `write all four numbers: ${whole}`;
  }
  if (decimals.length === 4 && decimals.some((part) => /^0\d/.test(part))) {
    return 'write the numbers without leading zeros';
  }
  if (text.includes('%')) return 'write the address without its zone';
  if (/^::ffff:/i.test(text)) return 'write an IPv4 network in its own form';
  return 'write 203.0.113.9, 203.0.113.0/28, 2001:db8::1 or 2001:db8::/48';
}

const LEAST_V4_BITS = 8;
const LEAST_V6_BITS = 16;
