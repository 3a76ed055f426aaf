import type { Registration, SipEvent } from '../event/sip-event.ts';
import { ownCopy } from './own-copy.ts';
import type { Standing } from './standing.ts';

/** What one source did with one account. Times in ms since the epoch. */
export interface Tried {
  readonly account: string;
  readonly firstAt: number;
  lastAt: number;
  /** The latest try that no false sender can have caused. */
  provenAt: number | undefined;
  /** It gave a wrong answer, or the PBX does not know it. */
  failed: boolean;
  /** It registered or made an authenticated call from this source: its user lives there. */
  answered: boolean;
  /** What its phone said of itself when it worked, as far as the PBX told. */
  userAgent: string | undefined;
}

/** Most accounts remembered for one source. A limit of distinct accounts must stay below. */
export const ACCOUNTS_KEPT = 256;

/** A phone answers a challenge within a few round trips; one that takes longer will not. */
export const UNANSWERED_AFTER_MS = 5000;

/**
 * Takes one event into the accounts tried by a source. What a shut-out source still sends is
 * not evidence against it, so that its next ban needs new evidence.
 */
export function noteAccount(standing: Standing, event: SipEvent, shutOut: boolean): void {
  const { seenAt } = event;
  const answer = isAnswer(event);
  const account = event.account ?? (answer ? event.endpoint : undefined);
  if (account === undefined || (!answer && (shutOut || !TRIES.has(event.kind)))) return;
  const tried = triedOf(standing, account, seenAt);
  tried.lastAt = seenAt;
  if (answer) {
    tried.answered = true;
    notePhone(tried, event.userAgent);
    return;
  }
  if (event.kind !== 'challenged') tried.failed = true;
  if (event.proof === 'proven') tried.provenAt = seenAt;
}

/**
 * Distinct accounts tried in vain since a time, and when each was first and last; `proven` counts
 * those that cannot be forged.
 * @param live registrations the source holds: their accounts work, whatever we saw of them
 */
export function accountsTried(
  standing: Standing,
  since: number,
  now: number,
  live: readonly Registration[] = [],
): { all: number; proven: number; firstAt: number; times: number[] } {
  const found = { all: 0, proven: 0, firstAt: now, times: [] as number[] };
  for (const tried of standing.accounts ?? []) {
    if (tried.lastAt <= since || !isInVain(tried, now)) continue;
    if (live.some(({ account }) => account === tried.account)) continue;
    found.all++;
    found.times.push(tried.firstAt, tried.lastAt);
    if ((tried.provenAt ?? 0) > since) found.proven++;
    if (tried.firstAt < found.firstAt) found.firstAt = tried.firstAt;
  }
  return found;
}

/** Distinct accounts that failed since a time, whether or not they ever worked. */
export function accountsFailed(standing: Standing, since: number): number {
  const failed = standing.accounts?.filter((tried) => tried.failed && tried.lastAt > since);
  return failed?.length ?? 0;
}

/** Remembers which phone uses an account, for a notice that must name it once it fails. */
export function notePhone(tried: Tried, userAgent: string | undefined): void {
  if (userAgent === undefined || userAgent === tried.userAgent) return;
  tried.userAgent = ownCopy(userAgent);
}

/** Forgets what was tried in vain; who lives there stays known. */
export function forgetTries(standing: Standing): void {
  const answered = standing.accounts?.filter((tried) => tried.answered) ?? [];
  standing.accounts = answered.length === 0 ? undefined : answered;
}

/**
 * Reports whether this is a challenge that may still be answered: its account was first seen a
 * moment ago and has not failed. So begins every phone that comes back after an outage, hundreds
 * of them at once. Of a source with more accounts than are remembered nothing is taken for open.
 */
export function isOpenChallenge({ accounts }: Standing, event: SipEvent): boolean {
  if (event.kind !== 'challenged' || event.account === undefined) return false;
  if (accounts === undefined || accounts.length >= ACCOUNTS_KEPT) return false;
  const tried = accounts.find(({ account }) => account === event.account);
  return tried !== undefined && !tried.failed && event.seenAt - tried.firstAt < UNANSWERED_AFTER_MS;
}

/**
 * chan_sip answers a name it does not know with nothing but a challenge (facts/asterisk.md §4),
 * so a challenge that stays unanswered counts too. An account that ever worked from here does
 * not: an office's phones must never look like a sweep when they all come back at once.
 */
function isInVain({ answered, failed, firstAt }: Tried, now: number): boolean {
  return !answered && (failed || firstAt <= now - UNANSWERED_AFTER_MS);
}

const TRIES: ReadonlySet<string> = new Set(['auth-failure', 'unknown-account', 'challenged']);

function isAnswer(event: SipEvent): boolean {
  return event.kind === 'registered' || (event.kind === 'call' && event.authenticated === true);
}

function triedOf(standing: Standing, account: string, now: number): Tried {
  const known = standing.accounts?.find((tried) => tried.account === account);
  if (known !== undefined) return known;
  const tried: Tried = {
    account: ownCopy(account),
    firstAt: now,
    lastAt: now,
    provenAt: undefined,
    failed: false,
    answered: false,
    userAgent: undefined,
  };
  if (standing.accounts === undefined) standing.accounts = [tried];
  else {
    if (standing.accounts.length >= ACCOUNTS_KEPT) forgetOne(standing.accounts);
    standing.accounts.push(tried);
  }
  return tried;
}

/** The first added of those that never worked goes; when all work, the first added. */
function forgetOne(accounts: Tried[]): void {
  const victim = accounts.findIndex(({ answered }) => !answered);
  accounts.splice(Math.max(0, victim), 1);
}
