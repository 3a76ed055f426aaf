import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { SCRYPT_LINE } from '../policy/schema-page.ts';

/** The line to keep in place of a password: `scrypt:N:r:p:salt:hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const { N, r, p } = COST;
  const hash = await derive(password, salt, COST);
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join(':');
}

/**
 * Reports whether this is the password.
 * @param kept the password itself, or the line that hashPassword made of it
 */
export async function isPassword(given: string, kept: string): Promise<boolean> {
  const [line, N, r, p, salt = '', hash = ''] = SCRYPT_LINE.exec(kept) ?? [];
  if (line === undefined) return isSame(given, kept);
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const found = await derive(given, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(found, Buffer.from(hash, 'base64url'));
}

/** Compares without telling by its time how much of it was right. */
export function isSame(given: string, kept: string): boolean {
  return timingSafeEqual(digest(given), digest(kept));
}

export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const scryptOf = promisify(
  (password: string, salt: Buffer, cost: Cost, done: (error: Error | null, key: Buffer) => void) =>
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, { ...cost, maxmem: MOST_MEMORY }, done),
);

/** 32 MB and some 60 ms for each guess (OWASP's choice for scrypt with less than 64 MB). */
const COST = { N: 32_768, r: 8, p: 3 };
type Cost = typeof COST;
const HASH_BYTES = 32;
/** Lines that ask for more are refused by scrypt itself. */
const MOST_MEMORY = 128 * 1024 * 1024;

async function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  return await scryptOf(password, salt, cost);
}
