import ipaddr from 'ipaddr.js';
import { prefixTable } from '../event/network.ts';
import { parseNetwork } from '../event/source.ts';
import { isHostName, trunkSourceMistake } from '../policy/host-text.ts';

/**
 * What of a PBX's configuration a policy takes as a trunk's source: an address or host name,
 * with scheme, user, port and parameters taken away; a prefix, with a mask of either kind.
 * Undefined when nothing of it can be one.
 */
export function sourceText(text: string): string | undefined {
  const bare = hostOfUri(text.trim());
  if (bare === undefined) return undefined;
  const network = parseNetwork(withBits(bare));
  // A name may be written with the dot of the root.
  const source = network ?? bare.toLowerCase().replace(/\.$/, '');
  if (trunkSourceMistake(source) !== undefined) return undefined;
  // FreeSWITCH ships a gateway to example.com (RFC 2606: nobody's).
  if (/(?:^|\.)example\.(?:com|net|org)$/.test(source)) return undefined;
  // One label names a machine of this network at best, and a slip of the pen at worst.
  return network !== undefined || (isHostName(source) && source.includes('.')) ? source : undefined;
}

/** `host` of `sip:user@host:5060;transport=udp`, of `<…>` and of `host:5060`. */
function hostOfUri(text: string): string | undefined {
  if (text.length > MOST_CHARS) return undefined;
  const whole = /<([^<>]*)>/.exec(text)?.[1] ?? text;
  const uri = whole.replace(/^(?:sips?|udp|tcp|tls|wss?):(?:\/\/)?/i, '');
  const host = uri.slice(uri.lastIndexOf('@') + 1).split(/[;?,\s]/, 1)[0] ?? '';
  const bracketed = /^\[([^\]]*)\](?::\d+)?(\/\S*)?$/.exec(host);
  if (bracketed !== null) return `${bracketed[1] ?? ''}${bracketed[2] ?? ''}`;
  return host.split(':').length > 2 ? host : host.replace(/:\d+(?=$|\/)/, '');
}

/** Asterisk writes a mask where we write its length; one with holes is left as it is, and no network. */
function withBits(network: string): string {
  const [address = '', mask = ''] = network.split('/', 2);
  const family = mask.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4;
  if (!/[.:]/.test(mask) || !family.isValid(mask)) return network;
  return `${address}/${family.parse(mask).prefixLengthFromSubnetMask() ?? mask}`;
}

/**
 * Reports whether a source can be nobody's trunk: this machine itself, and networks so wide that
 * whoever is trusted with them is anybody.
 * @param source as sourceText gives it
 */
export function isNobodys(source: string): boolean {
  if (parseNetwork(source) === undefined) return false;
  const [, bits] = source.split('/');
  const least = source.includes(':') ? 32 : 16;
  return (bits !== undefined && Number(bits) < least) || NOT_TRUNKS.overlaps(source) !== undefined;
}

const NOT_TRUNKS = prefixTable([
  ['127.0.0.0/8', true],
  ['0.0.0.0/8', true],
  ['::1', true],
  ['::', true],
]);

const MOST_CHARS = 500;
