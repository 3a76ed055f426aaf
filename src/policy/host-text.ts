import { parseAddress } from '../event/source.ts';
import { looksLikeNetwork, networkMistake } from './network-text.ts';
import type { Mistake } from './problem.ts';
import { show } from './problem.ts';

/**
 * Reports whether this is a DNS host name: RFC 1123 §2.1 (labels of letters, digits and inner
 * hyphens, 63 at most, 253 in all, the last label not a number). Underscores pass as well, for
 * the owner names of SRV records (RFC 2782): `_sip._udp.example.com`.
 */
export function isHostName(text: string): boolean {
  if (text.length > 253) return false;
  const labels = text.split('.');
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** What is wrong with a source of a trunk: an address, a prefix or a host name. */
export function trunkSourceMistake(text: string): Mistake | undefined {
  const wanted = 'address, prefix or host name';
  if (looksLikeNetwork(text) && !text.includes('://')) return networkMistake(text, wanted);
  if (isHostName(text)) return undefined;
  return { message: `not an ${wanted}: ${show(text)}`, hint: hostHint(text) };
}

/** What is wrong with the machine a PBX listens on: an address or a host name. */
export function hostMistake(text: string): Mistake | undefined {
  if (parseAddress(text) !== undefined || isHostName(text)) return undefined;
  return { message: `not an address or host name: ${show(text)}`, hint: hostHint(text) };
}

function hostHint(text: string): string | undefined {
  const uri = /^(?:sips?:|\w+:\/\/)(?:[^@]*@)?\[?([^\]/;?:]+)/i.exec(text)?.[1];
  if (uri !== undefined && isHostName(uri)) return `write only the host: ${uri}`;
  const host = /^\[?([^\]]+?)\]?:\d+$/.exec(text)?.[1];
  if (host !== undefined && (isHostName(host) || parseAddress(host) !== undefined)) {
    return `write it without the port: ${host}`;
  }
  if (text.endsWith('.') && isHostName(text.slice(0, -1))) return 'write it without the last dot';
  if (text.includes('*')) return 'name each host: there are no patterns';
  return undefined;
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
