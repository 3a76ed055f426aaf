import type { BreakerState, Consideration } from '../enforce/breaker.ts';
import { consider, createBreaker } from '../enforce/breaker.ts';
import type { SipEvent } from '../event/sip-event.ts';
import { targetOf } from '../event/source.ts';
import type { EventRecord, JournalRecord } from '../judge/journal.ts';
import { judge } from '../judge/judge.ts';
import type { Earlier, Standings } from '../judge/standings.ts';
import { createStandings } from '../judge/standings.ts';
import type { Ban, Verdict } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import { replayedWorld } from './replayed-world.ts';

/** What the judge and the breaker made of one event. */
export interface Judgement {
  readonly event: SipEvent;
  readonly verdict: Verdict;
  /** What the breaker said to a ban. */
  readonly considered?: Consideration;
}

/** The same judge as in `run`, with its standings and breaker, over a history. */
export interface Court {
  readonly world: World;
  readonly standings: Standings;
  /** Takes the next record; undefined when it holds nothing to judge. */
  take(record: JournalRecord): Judgement | undefined;
  /** Bans that were carried out and then turned out to name somebody who had sent nothing. */
  readonly forged: number;
}

/** Packet filter asked and ledger written: `run` takes a few milliseconds from verdict to ban. */
const IN_FORCE_WITHIN_MS = 250;
/** How long after a verdict the packet filter's word on its source comes in at the latest. */
const FORGED_WITHIN_MS = 5000;

export function createCourt(policy: Policy, hosts?: ReadonlyMap<string, readonly string[]>): Court {
  const replayed = replayedWorld(policy, hosts);
  const { world } = replayed;
  let standings = createStandings(policy.memory.sources);
  const breaker: BreakerState = createBreaker();
  /** Bans that are decided and not in force yet. */
  const fresh = new Map<string, Ban>();
  const earlier = new Map<string, Earlier>();
  /** Targets that good calls may have come from. */
  const good = new Set<string>();
  let forged = 0;

  const settle = (target: string): void => {
    const ban = fresh.get(target);
    if (ban === undefined) return;
    fresh.delete(target);
    carryOut(ban);
  };

  const carryOut = (ban: Ban): void => {
    const { target, until, quarantine } = ban;
    standings.banned(target, ban);
    const { bans = 0, quarantines = 0 } = earlier.get(target) ?? {};
    const counted = ban.by === 'hand' ? 0 : 1;
    earlier.set(target, {
      target,
      bans: bans + (quarantine ? 0 : counted),
      quarantines: quarantines + (quarantine ? counted : 0),
      lastUntil: until,
    });
  };

  const decide = (record: EventRecord): Judgement => {
    const { event } = record;
    const target = targetOf(event.source.address, policy.jail.ipv6PrefixBits);
    const since = fresh.get(target)?.since ?? event.seenAt;
    // A journal says when the ban came into force; where it does not, this policy is another one.
    const isRecorded = record.verdict !== undefined;
    if (!isRecorded || event.seenAt - since > IN_FORCE_WITHIN_MS) settle(target);
    const verdict = judge(event, standings.fold(event, target), world, policy);
    if (verdict.answer === 'pass' && event.kind === 'call' && good.size < policy.memory.sources) {
      good.add(target);
    }
    if (verdict.answer !== 'ban' || fresh.has(target)) return { event, verdict };
    const ban = banOf(event, verdict);
    const { lastGoodCallAt, goodDays } = standings.peek(target) ?? {};
    const around = { world, policy, lastGoodCallAt, goodDays };
    const considered = consider(ban, around, breaker, event.seenAt);
    if ('ban' in considered) fresh.set(target, considered.ban);
    return { event, verdict, considered };
  };

  /** What `run` recorded of a ban: one by hand as it is, one of the judge's if this judge wants it. */
  const recorded = (ban: Ban): void => {
    const own = fresh.get(ban.target);
    fresh.delete(ban.target);
    if (ban.by === 'hand') carryOut(ban);
    else if (own !== undefined) {
      const same = own.rule === ban.rule && own.quarantine === ban.quarantine;
      carryOut(same ? { ...own, since: ban.since, until: ban.until } : own);
    }
  };

  /** Hits are gone with the process that counted them; bans and good calls were stored. */
  const startAnew = (): void => {
    for (const target of fresh.keys()) settle(target);
    const before = standings;
    standings = createStandings(policy.memory.sources);
    for (const one of earlier.values()) standings.restore(one);
    for (const target of good) {
      const { goodDays = [], lastGoodCallAt: seenAt } = before.peek(target) ?? {};
      if (seenAt !== undefined) standings.recall({ target, goodDays: [...goodDays], seenAt });
    }
  };

  /** Nobody at that address had sent anything: `run` carried the ban out no more than this does. */
  const takeBack = (address: string, at: number): void => {
    const target = targetOf(address, policy.jail.ipv6PrefixBits);
    const ban = fresh.get(target);
    if (ban === undefined || at - ban.since > FORGED_WITHIN_MS) return;
    fresh.delete(target);
    forged++;
  };

  return {
    world,
    get standings() {
      return standings;
    },
    take(record) {
      if (record.record === 'event') {
        return record.event.kind === 'call-ended' ? undefined : decide(record);
      }
      replayed.change(record);
      if (record.record === 'start') startAnew();
      else if (record.record === 'ban') recorded(record.ban);
      else if (record.record === 'released') {
        settle(record.target);
        standings.released(record.target, record.at);
        earlier.delete(record.target);
      } else if (record.record === 'forged') takeBack(record.address, record.at);
      return undefined;
    },
    get forged() {
      return forged;
    },
  };
}

function banOf(event: SipEvent, verdict: Verdict): Ban {
  const { target, rule, why, proof, quarantine = false, jailSeconds = 0 } = verdict;
  const since = event.seenAt;
  const until = since + jailSeconds * 1000;
  return { target, since, until, rule, why, proof, quarantine, by: 'judge', pbx: event.pbx };
}
