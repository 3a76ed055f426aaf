import type { GoodDay } from './good-traffic.ts';
import type { DialledNumbers } from './dialled.ts';
import { ACCOUNTS_KEPT } from './accounts.ts';
import { NUMBERS_KEPT } from './numbers.ts';
import type { Standing } from './standing.ts';

/** Good calls of one source in earlier runs. */
export interface GoodPast {
  readonly target: string;
  readonly goodDays: GoodDay[];
  /** Latest good call, ms since the epoch. */
  seenAt: number;
}

/** What one source tried in vain in earlier runs. */
export interface Tries {
  readonly target: string;
  /** Latest try, ms since the epoch, like every time here. */
  seenAt: number;
  readonly accounts: ({ readonly account: string } & Tried)[];
  readonly numbers: ({ readonly number: string } & Tried)[];
}

/** A number that strangers dialled in earlier runs. */
export interface DialledPast {
  readonly number: string;
  /** Latest time, ms since the epoch. */
  readonly seenAt: number;
  readonly provenAt: number | undefined;
}

interface Tried {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly provenAt: number | undefined;
}

/** Puts good calls of earlier runs into a standing that has none of its own yet. */
export function recallGood(standing: Standing, { goodDays, seenAt }: GoodPast): void {
  standing.goodDays ??= goodDays;
  standing.lastGoodCallAt ??= seenAt;
}

/** The same for what was tried in vain; what an earlier ban was for is paid. */
export function recallTries(standing: Standing, { accounts, numbers }: Tries): void {
  const paidUntil = standing.bannedUntil ?? 0;
  const open = ({ firstAt }: Tried): boolean => firstAt > paidUntil;
  const names = accounts.filter(open).slice(-ACCOUNTS_KEPT);
  const dialled = numbers.filter(open).slice(-NUMBERS_KEPT);
  if (names.length > 0) {
    standing.accounts ??= names.map((tried) => {
      return { ...tried, failed: true, answered: false, userAgent: undefined };
    });
  }
  if (dialled.length > 0) standing.numbers ??= dialled.map((tried) => ({ ...tried }));
  const firstAt = Math.min(...[...names, ...dialled].map((tried) => tried.firstAt));
  if (firstAt < standing.firstAt) standing.firstAt = firstAt;
}

/** Puts numbers of earlier runs, oldest first, among those that strangers dialled. */
export function recallDialled(
  dialled: DialledNumbers,
  past: readonly DialledPast[],
  since: number,
): void {
  for (const { number, seenAt, provenAt } of past) {
    if (provenAt !== undefined) dialled.note(number, { proof: 'proven', now: provenAt, since });
    dialled.note(number, { proof: 'forgeable', now: seenAt, since });
  }
}
