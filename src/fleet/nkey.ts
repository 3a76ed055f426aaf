import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';

/**
 * Ed25519 keys as NATS writes them (`SU…` the secret seed, `U…` the public key): prefix bytes, 32
 * bytes of key and a CRC-16, in base32. One key of a site opens NATS for it and signs what it
 * tells. Node's own Ed25519 takes 0.1 ms for what the library's takes milliseconds.
 */
export interface SigningKey {
  /** `U…`, 56 characters. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** The key of this seed; undefined when it is none. */
export function signingKey(seed: string): SigningKey | undefined {
  const bytes = /^SU[A-Z2-7]{56}$/.test(seed) ? unchecked(fromBase32(seed)) : undefined;
  // A seed's two prefix bytes hold its own five bits and the eight of the kind of key.
  const isUser = bytes !== undefined && ((bytes[0] ?? 0) & 0xf8) === SEED;
  if (bytes === undefined || !isUser || bytes.length !== 34) return undefined;
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8, bytes.subarray(2)]),
    format: 'der',
    type: 'pkcs8',
  });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { publicKey: checked(Buffer.concat([Buffer.of(USER), raw])), privateKey };
}

/** The public key that this text names; undefined when it is none. */
export function publicKey(text: string): KeyObject | undefined {
  const known = cached.get(text);
  if (known !== undefined) return known;
  const bytes = /^U[A-Z2-7]{55}$/.test(text) ? unchecked(fromBase32(text)) : undefined;
  if (bytes === undefined || bytes[0] !== USER || bytes.length !== 33) return undefined;
  const key = createPublicKey({
    key: Buffer.concat([SPKI, bytes.subarray(1)]),
    format: 'der',
    type: 'spki',
  });
  // Making it takes as long as a check of a signature.
  if (cached.size >= MOST_CACHED) cached.clear();
  cached.set(text, key);
  return key;
}

/** A new seed, as `nk -gen user` makes it. */
export function newSeed(): string {
  const first = SEED | (USER >> 5);
  const second = (USER & 31) << 3;
  return checked(Buffer.concat([Buffer.of(first, second), randomBytes(32)]));
}

const SEED = 18 << 3;
const USER = 20 << 3;
/** RFC 8410: what stands before the 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const MOST_CACHED = 10_000;
const cached = new Map<string, KeyObject>();

function checked(bytes: Buffer): string {
  const crc = crc16(bytes);
  return toBase32(Buffer.concat([bytes, Buffer.of(crc & 0xff, crc >> 8)]));
}

function unchecked(bytes: Buffer): Buffer | undefined {
  const body = bytes.subarray(0, -2);
  return crc16(body) === bytes.readUInt16LE(body.length) ? body : undefined;
}

/** CRC-16/XMODEM. */
function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
    }
  }
  return crc;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function toBase32(bytes: Buffer): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31] ?? '';
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + (ALPHABET[(held << (5 - bits)) & 31] ?? '');
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const letter of text) {
    held = (held << 5) | ALPHABET.indexOf(letter);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
    held &= (1 << bits) - 1;
  }
  return Buffer.from(bytes);
}
