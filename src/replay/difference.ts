import type { SipEvent } from '../event/sip-event.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Judgement } from './court.ts';

/** One event that two policies judge differently. */
export interface Difference {
  readonly at: number;
  readonly event: SipEvent['kind'];
  readonly source: string;
  readonly callingNumber?: string;
  readonly calledNumber?: string;
  readonly account?: string;
  readonly one: Told;
  readonly other: Told;
}

type Told = Pick<Verdict, 'answer' | 'rule' | 'why'>;

/** The difference between two policies over one history. */
export interface Differences {
  readonly total: number;
  /** The first of them. */
  readonly list: readonly Difference[];
  /** Targets that the one policy shuts out and the other never does. */
  readonly onlyOne: readonly string[];
  readonly onlyOther: readonly string[];
  /** Calls that the one policy lets through and the other rejects, and the other way round. */
  readonly callsLost: number;
  readonly callsGained: number;
}

export interface Comparing {
  note(one: Judgement, other: Judgement): void;
  differences(): Differences;
}

const MOST_LISTED = 1000;

export function createComparing(): Comparing {
  const list: Difference[] = [];
  const banned = { one: new Set<string>(), other: new Set<string>() };
  let total = 0;
  let callsLost = 0;
  let callsGained = 0;

  return {
    note(one, other) {
      if (isBan(one)) banned.one.add(one.verdict.target);
      if (isBan(other)) banned.other.add(other.verdict.target);
      if (one.verdict.answer === other.verdict.answer && one.verdict.rule === other.verdict.rule) {
        return;
      }
      const { event } = one;
      total++;
      if (event.kind === 'call') {
        if (!isRefusal(one) && isRefusal(other)) callsLost++;
        if (isRefusal(one) && !isRefusal(other)) callsGained++;
      }
      if (list.length >= MOST_LISTED) return;
      const { callingNumber, calledNumber, account } = event;
      list.push({
        at: event.seenAt,
        event: event.kind,
        source: event.source.address,
        ...(callingNumber === undefined ? {} : { callingNumber }),
        ...(calledNumber === undefined ? {} : { calledNumber }),
        ...(account === undefined ? {} : { account }),
        one: told(one),
        other: told(other),
      });
    },
    differences: () => ({
      total,
      list,
      onlyOne: [...banned.one].filter((target) => !banned.other.has(target)),
      onlyOther: [...banned.other].filter((target) => !banned.one.has(target)),
      callsLost,
      callsGained,
    }),
  };
}

function isBan({ considered }: Judgement): boolean {
  return considered !== undefined && 'ban' in considered;
}

function isRefusal({ verdict }: Judgement): boolean {
  return verdict.answer === 'reject' || verdict.answer === 'ban';
}

function told({ verdict: { answer, rule, why } }: Judgement): Told {
  return { answer, rule, why };
}
