import type { Registration, SipEvent } from '../event/sip-event.ts';
import { ownCopy } from './own-copy.ts';
import type { Standing } from './standing.ts';

/** What one source did with one account. Times in ms since the epoch. */
export interface Tried {
  readonly firstAt: number;
  lastAt: number;
  /** The latest wrong answer or refusal. */
  failedAt: number | undefined;
  /** The first challenge since the account was last answered for, still without an answer. */
  challengedAt: number | undefined;
  /** The latest of those two that no false sender can have caused. */
  provenAt: number | undefined;
  /** It registered or made an authenticated call from this source: its user lives there. */
  answered: boolean;
}

/** Most accounts remembered for one source. A limit of distinct accounts must stay below. */
export const ACCOUNTS_KEPT = 256;

/** A phone answers a challenge within a few round trips; one that takes longer will not. */
export const UNANSWERED_AFTER_MS = 5000;

/** Takes one event into the accounts tried by a source. */
export function noteAccount(standing: Standing, event: SipEvent): void {
  const account = event.account ?? (isAuthenticated(event) ? event.endpoint : undefined);
  if (account === undefined || event.kind === 'call-ended' || event.kind === 'unregistered') return;
  if (event.kind === 'call' && event.authenticated !== true) return;
  note(triedOf(standing, account, event.seenAt), event);
}

/**
 * Distinct accounts tried in vain since a time; `proven` counts those that cannot be forged.
 * @param live registrations the source holds: their accounts work, whatever we saw of them
 */
export function accountsTried(
  standing: Standing,
  since: number,
  now: number,
  live: readonly Registration[] = [],
): { all: number; proven: number; firstAt: number } {
  const found = { all: 0, proven: 0, firstAt: now };
  for (const [account, tried] of standing.accounts ?? []) {
    const at = triedInVainAt(tried, now);
    if (at === undefined || at <= since || live.some((one) => one.account === account)) continue;
    found.all++;
    if ((tried.provenAt ?? 0) > since) found.proven++;
    found.firstAt = Math.min(found.firstAt, tried.firstAt);
  }
  return found;
}

/** Distinct accounts that failed since a time: wrong answers and unknown names only. */
export function accountsFailed(standing: Standing, since: number): number {
  let count = 0;
  for (const { failedAt } of standing.accounts?.values() ?? []) {
    if (failedAt !== undefined && failedAt > since) count++;
  }
  return count;
}

/**
 * chan_sip answers a name it does not know with nothing but a challenge (facts/asterisk.md §4),
 * so a challenge that stays unanswered counts too. An account that ever worked from here does
 * not: an office's phones must never look like a sweep when they all come back at once.
 */
function triedInVainAt(tried: Tried, now: number): number | undefined {
  if (tried.answered) return undefined;
  if (tried.failedAt !== undefined) return tried.failedAt;
  const { challengedAt, lastAt } = tried;
  if (challengedAt === undefined || challengedAt > now - UNANSWERED_AFTER_MS) return undefined;
  return lastAt;
}

function note(tried: Tried, event: SipEvent): void {
  const { seenAt } = event;
  tried.lastAt = seenAt;
  if (event.kind === 'registered' || event.kind === 'call') {
    tried.answered = true;
    tried.challengedAt = undefined;
    return;
  }
  if (event.kind === 'auth-failure' || event.kind === 'unknown-account') tried.failedAt = seenAt;
  else if (event.kind === 'challenged') tried.challengedAt ??= seenAt;
  if (event.proof === 'proven') tried.provenAt = seenAt;
}

function triedOf(standing: Standing, account: string, now: number): Tried {
  const accounts = (standing.accounts ??= new Map<string, Tried>());
  const known = accounts.get(account);
  if (known !== undefined) return known;
  if (accounts.size >= ACCOUNTS_KEPT) forgetOne(accounts);
  const tried: Tried = {
    firstAt: now,
    lastAt: now,
    failedAt: undefined,
    challengedAt: undefined,
    provenAt: undefined,
    answered: false,
  };
  accounts.set(ownCopy(account), tried);
  return tried;
}

/** The first added of those that never worked goes; of only working ones, the first added. */
function forgetOne(accounts: Map<string, Tried>): void {
  let victim: string | undefined;
  for (const [account, { answered }] of accounts) {
    victim ??= account;
    if (answered) continue;
    victim = account;
    break;
  }
  if (victim !== undefined) accounts.delete(victim);
}

function isAuthenticated(event: SipEvent): boolean {
  return event.kind === 'call' && event.authenticated === true;
}
