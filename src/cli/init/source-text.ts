import { parseNetwork } from '../../event/source.ts';
import { isHostName, trunkSourceMistake } from '../../policy/host-text.ts';

/**
 * What of a PBX's configuration a policy takes as a trunk's source: an address or host name,
 * with scheme, user, port and parameters taken away; a prefix, with a mask of either kind.
 * Undefined when nothing of it can be one.
 */
export function sourceText(text: string): string | undefined {
  const bare = hostOfUri(text.trim());
  if (bare === undefined) return undefined;
  const [address = '', mask] = bare.split('/');
  const bits = mask?.includes('.') === true ? bitsOf(mask) : mask;
  if (mask !== undefined && bits === undefined) return undefined;
  const network = parseNetwork(bits === undefined ? address : `${address}/${bits}`);
  const source = network ?? bare.toLowerCase();
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

/** Bits of a mask like 255.255.255.240; undefined when it has holes. */
function bitsOf(mask: string): string | undefined {
  const parts = mask.split('.').map(Number);
  if (parts.length !== 4 || !parts.every((part) => part >= 0 && part <= 255)) return undefined;
  const bits = parts.map((part) => part.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? String(bits.replaceAll('0', '').length) : undefined;
}

const MOST_CHARS = 500;
