import type { HostAnswer } from './lookup.ts';

/** Addresses in force for a host: until when (ms) each stays that DNS names no more. */
export type KnownAddresses = ReadonlyMap<string, number | undefined>;

/**
 * Folds an answer into what is known. What DNS names is in force at once; what it names no more
 * stays for a while, since calls in progress and caches elsewhere still use it; and where DNS
 * fails, or a part of it, everything stays: a trunk is not lost with its name server.
 */
export function foldAnswer(known: KnownAddresses, answer: HostAnswer, now: number): KnownAddresses {
  const { found, complete, trouble } = answer;
  if (trouble !== undefined) return known;
  const next = new Map<string, number | undefined>();
  for (const address of found.keys()) next.set(address, undefined);
  const goneAt = now + Math.max(GRACE_MS, 1000 * Math.min(MOST_TTL_SECONDS, ...found.values()));
  for (const [address, until] of known) {
    if (found.has(address)) continue;
    if (!complete) next.set(address, until);
    else if (until === undefined || until > now) next.set(address, until ?? goneAt);
  }
  return next;
}

/** When to ask again: at the shortest time to live, within bounds; sooner after trouble. */
export function nextLookMs({ found, trouble }: HostAnswer): number {
  if (trouble !== undefined) return RETRY_MS;
  const ttl = Math.min(MOST_MS / 1000, ...found.values());
  return Math.max(LEAST_MS, ttl * 1000);
}

const GRACE_MS = 10 * 60_000;
const MOST_TTL_SECONDS = 86_400;
const RETRY_MS = 15_000;
const LEAST_MS = 5000;
const MOST_MS = 5 * 60_000;
