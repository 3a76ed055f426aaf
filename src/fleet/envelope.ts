import { sign, verify } from 'node:crypto';
import type { SigningKey } from './nkey.ts';
import { publicKey } from './nkey.ts';
import { MOST_MESSAGE_BYTES } from './words.ts';

/** What a signature is for: one made for a notice can never pass for an order. */
export type Kind = 'notice' | 'order' | 'state' | 'policy';

/** A signed text: 86 characters of signature, a dot, the text. */
export interface Envelope {
  readonly signature: string;
  readonly body: string;
}

export function seal(kind: Kind, body: string, { privateKey }: SigningKey): string {
  return `${sign(null, signed(kind, body), privateKey).toString('base64url')}.${body}`;
}

/** Undefined when it is too long or no envelope. Nothing is checked yet. */
export function openEnvelope(
  data: Uint8Array,
  mostBytes = MOST_MESSAGE_BYTES,
): Envelope | undefined {
  if (data.length > mostBytes) return undefined;
  const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('utf8');
  if (text[SIGNATURE_CHARS] !== '.') return undefined;
  const signature = text.slice(0, SIGNATURE_CHARS);
  // One signature is one text: what differs in a letter that means nothing is another message.
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) return undefined;
  return { signature, body: text.slice(SIGNATURE_CHARS + 1) };
}

/** Reports whether the holder of this public key signed it. */
export function isSignedBy(kind: Kind, { signature, body }: Envelope, key: string): boolean {
  const held = publicKey(key);
  if (held === undefined) return false;
  return verify(null, signed(kind, body), held, Buffer.from(signature, 'base64url'));
}

/** The JSON map in it; undefined when it holds something else. */
export function mapIn({ body }: Envelope): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isMap ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const SIGNATURE_CHARS = 86;

function signed(kind: Kind, body: string): Buffer {
  return Buffer.from(`ghostgate ${kind} 1\n${body}`);
}
