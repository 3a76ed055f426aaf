import { createHash } from 'node:crypto';
import { isSignedBy, mapIn, openEnvelope, seal } from './envelope.ts';
import type { SigningKey } from './nkey.ts';
import { isTime } from './notice.ts';
import { reason } from './order.ts';
import { MOST_BASE_BYTES, MOST_BASE_MESSAGE_BYTES } from './words.ts';

/** A policy that sites lay under their own, as the operator published it. */
export interface Base {
  /** Grows by one with each. */
  readonly version: number;
  readonly at: number;
  /** A person's words. */
  readonly because: string;
  /** YAML, as the operator wrote it. */
  readonly text: string;
}

/** The head as JSON on a line of its own, then the text as it is: escaped it would be longer. */
export function sealBase({ text, ...head }: Base, key: SigningKey): string {
  const sealed = JSON.stringify({ v: 1, ...head, sha256: sha256Of(text) });
  return seal('policy', `${sealed}\n${text}`, key);
}

/** The base in a message, when this operator signed it; else why not. */
export function readBase(data: Uint8Array, operator: string): Base | { readonly refused: string } {
  const envelope = openEnvelope(data, MOST_BASE_MESSAGE_BYTES);
  if (envelope === undefined) return { refused: 'no policy, or one that is too long' };
  if (!isSignedBy('policy', envelope, operator)) {
    return { refused: "not signed with the operator's key" };
  }
  const { signature, body } = envelope;
  const end = body.indexOf('\n');
  const head = mapIn({ signature, body: body.slice(0, Math.max(0, end)) });
  const because = reason(head?.['because']);
  const { v, version, at, sha256 } = head ?? {};
  if (v !== 1 || !isTime(version) || version === 0 || !isTime(at) || because === undefined) {
    return { refused: 'a policy this ghostgate does not know' };
  }
  const text = body.slice(end + 1);
  if (Buffer.byteLength(text) > MOST_BASE_BYTES) return { refused: 'it is too long' };
  if (sha256Of(text) !== sha256) return { refused: 'its text is not the one that was meant' };
  return { version, at, because, text };
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
