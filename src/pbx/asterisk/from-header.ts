import { cleanText } from '../../event/text.ts';

/**
 * Host and tag of a From header as a sender wrote it, `"name" <sip:user@host:port>;tag=x`. Data
 * for the judge, never a source: what cannot be read is left out.
 */
export function fromOf(header: string): {
  fromHost: string | undefined;
  fromTag: string | undefined;
} {
  const text = header.slice(0, MOST_CHARS);
  // A display name in quotes may hold anything: only what follows the last `<` is the address.
  const address = text.slice(text.lastIndexOf('<') + 1);
  const host = /^sips?:(?:[^@>]*@)?(\[[0-9A-Fa-f:.]+\]|[^:;>@\s]+)/i.exec(address)?.[1];
  const tag = /;\s*tag=([^;>\s]+)/i.exec(address)?.[1];
  return { fromHost: cleanText(host), fromTag: cleanText(tag) };
}

/** A header of this length holds a name, an address and a tag of the longest that are kept. */
const MOST_CHARS = 1024;
