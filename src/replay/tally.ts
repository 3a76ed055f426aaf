import { targetOf } from '../event/source.ts';
import type { EventRecord } from '../judge/journal.ts';
import type { Answer, Ban } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import type { Judgement } from './court.ts';

/** What one policy made of a history. */
export interface Tally {
  readonly verdicts: Readonly<Record<Answer, number>>;
  readonly calls: { readonly judged: number; readonly rejected: number };
  /** Who would have been shut out, in order; at most MOST_LISTED of `banned`. */
  readonly bans: readonly Ban[];
  readonly banned: number;
  /** Bans that the breaker refused, as one would in `run`. */
  readonly refused: readonly RefusedBan[];
  readonly breakerRefused: number;
  /** Good calls that would have been rejected; at most MOST_LISTED of `goodCallsLost`. */
  readonly lost: readonly LostCall[];
  readonly goodCallsLost: number;
  /** Bans of sources that somebody good works from. */
  readonly goodBanned: readonly Ban[];
  readonly goodSourcesBanned: number;
  readonly firstAt?: number;
  readonly lastAt?: number;
}

export interface RefusedBan {
  readonly at: number;
  readonly target: string;
  readonly rule: string;
  readonly why: string;
}

export interface LostCall {
  readonly at: number;
  readonly source: string;
  readonly callingNumber?: string;
  readonly calledNumber?: string;
  readonly rule: string;
  readonly why: string;
  /** Why it was a good call. */
  readonly was: string;
}

/** More of one kind than anybody reads is counted only. */
export const MOST_LISTED = 10_000;

export interface Tallying {
  /** @param was why the event's source was good, if it was; from goodness */
  note(judgement: Judgement, was: string | undefined): void;
  tally(): Tally;
}

export function createTallying(): Tallying {
  const verdicts: Record<Answer, number> = { pass: 0, watch: 0, reject: 0, ban: 0 };
  const calls = { judged: 0, rejected: 0 };
  const bans: Ban[] = [];
  const refused: RefusedBan[] = [];
  const lost: LostCall[] = [];
  const goodBanned: Ban[] = [];
  const counts = { banned: 0, breakerRefused: 0, goodCallsLost: 0, goodSourcesBanned: 0 };
  let firstAt: number | undefined;
  let lastAt: number | undefined;

  return {
    note({ event, verdict, considered }, was) {
      const { answer, rule, why } = verdict;
      const at = event.seenAt;
      firstAt = Math.min(firstAt ?? at, at);
      lastAt = Math.max(lastAt ?? at, at);
      verdicts[answer]++;
      const isRefusal = answer === 'reject' || answer === 'ban';
      if (event.kind === 'call') {
        calls.judged++;
        if (isRefusal) calls.rejected++;
        if (isRefusal && was !== undefined) {
          counts.goodCallsLost++;
          const { callingNumber, calledNumber } = event;
          push(lost, {
            at,
            source: event.source.address,
            ...(callingNumber === undefined ? {} : { callingNumber }),
            ...(calledNumber === undefined ? {} : { calledNumber }),
            rule,
            why,
            was,
          });
        }
      }
      if (considered === undefined) return;
      if ('refused' in considered) {
        counts.breakerRefused++;
        push(refused, { at, target: verdict.target, rule, why: considered.refused });
        return;
      }
      counts.banned++;
      push(bans, considered.ban);
      if (was === undefined) return;
      counts.goodSourcesBanned++;
      push(goodBanned, considered.ban);
    },
    tally: () => ({
      verdicts,
      calls,
      bans,
      refused,
      lost,
      goodBanned,
      ...counts,
      ...(firstAt === undefined || lastAt === undefined ? {} : { firstAt, lastAt }),
    }),
  };
}

/** Remembers who was good, by what the history and the judges say. */
export interface Goodness {
  /** Why the event is of somebody good, in words; undefined when nothing says so. */
  of(
    record: EventRecord,
    judgements: readonly Judgement[],
    live: World['registrations'],
  ): string | undefined;
}

const KNOWN: ReadonlySet<string> = new Set([
  'own-address',
  'trunk',
  'trusted-network',
  'registered',
  'authenticated',
]);
/** Whoever was known this lately is good for bans; a flat may have a new tenant in a month. */
const KNOWN_FOR_MS = 7 * 86_400_000;
const MOST_KNOWN = 200_000;

export function createGoodness(v6Bits: number): Goodness {
  const known = new Map<string, { at: number; was: string }>();

  const remember = (target: string, at: number, was: string): string => {
    known.delete(target);
    known.set(target, { at, was });
    if (known.size > MOST_KNOWN) for (const oldest of known.keys()) return forget(oldest, was);
    return was;
  };
  const forget = (target: string, was: string): string => {
    known.delete(target);
    return was;
  };

  return {
    of(record, judgements, live) {
      const { event, label, verdict } = record;
      // A label is the truth; all else only says who was let in.
      if (label !== undefined)
        return label.good ? `it is labelled good (${label.class})` : undefined;
      const target = targetOf(event.source.address, v6Bits);
      const then = verdict !== undefined && KNOWN.has(verdict.rule) ? verdict : undefined;
      const now = judgements.find((one) => KNOWN.has(one.verdict.rule))?.verdict;
      const by = then ?? now;
      // The canary and junk of a trunk have other rules: they are no good calls.
      if (by !== undefined) return remember(target, event.seenAt, `${by.rule}: ${by.why}`);
      if (event.kind === 'call') {
        return verdict?.answer === 'pass' ? 'it was let through then' : undefined;
      }
      if (event.kind === 'registered') {
        return remember(target, event.seenAt, `account ${event.account ?? ''} registered from it`);
      }
      const [phone] = live.get(target) ?? [];
      if (phone !== undefined) {
        return remember(target, event.seenAt, `account ${phone.account} is registered from it`);
      }
      const before = known.get(target);
      return before !== undefined && event.seenAt - before.at < KNOWN_FOR_MS
        ? before.was
        : undefined;
    },
  };
}

function push<T>(list: T[], item: T): void {
  if (list.length < MOST_LISTED) list.push(item);
}
