import type { SipEvent } from '../event/sip-event.ts';
import type { Policy } from '../policy/policy.ts';
import { isOpenChallenge } from './accounts.ts';
import { noteGoodCall } from './good-traffic.ts';
import { faultOfKnown, knownSource } from './known.ts';
import { allRules } from './rules/all.ts';
import { withEvidence } from './listings.ts';
import { canary } from './rules/canary.ts';
import { flood } from './rules/flood.ts';
import type { Around, Rule } from './rules/rule.ts';
import { learnPhone } from './shield.ts';
import type { Standing } from './standing.ts';
import { isShutOut } from './standing.ts';
import { firstTime, noteTime } from './times.ts';
import type { Answer, Verdict } from './verdict.ts';
import { weigh } from './weigh.ts';
import { moment } from './words.ts';
import type { World } from './world.ts';

/**
 * The judge's answer to one event of a source. Pure but for the standing, which takes the hits,
 * and the numbers that strangers dialled (`world.dialled`);
 * `now` is the event's own `seenAt`. Fold the event into the standing first.
 */
export function judge(event: SipEvent, standing: Standing, world: World, policy: Policy): Verdict {
  if (isOutcome(event)) return verdict(event, standing, 'pass', 'none', 'nothing to judge');
  const around = { world, policy, now: event.seenAt };
  const known = knownSource(event, standing.target, world, policy);
  const isCanary = canary.matches(event, standing, around) !== undefined;
  if (known === undefined) return judgeStranger(event, standing, around, isCanary);

  if (isCanary) return judgeBy([canary], event, standing, around);
  const fault = faultOfKnown(event, known, policy);
  if (fault !== undefined) return verdict(event, standing, fault.answer, fault.rule, fault.why);
  if (event.kind === 'call') noteGoodCall(standing, event.seenAt);
  return verdict(event, standing, 'pass', known.rule, known.why);
}

/**
 * A canary's call trips no other rule, or the test would ban the tester. Its other events are
 * judged by all: a magic word must not open the way for guessing passwords.
 */
function judgeStranger(event: SipEvent, standing: Standing, around: Around, isCanary: boolean) {
  noteEvent(standing, event, around.policy);
  if (event.kind === 'auth-failure') learnPhone(standing, event, around.world);
  const rules = isCanary && event.kind === 'call' ? [canary, flood] : allRules;
  const found = judgeBy(rules, event, standing, around);
  const { listings } = around.world;
  return listings === undefined ? found : withEvidence(found, event, listings);
}

function judgeBy(
  rules: readonly Rule[],
  event: SipEvent,
  standing: Standing,
  around: Around,
): Verdict {
  let strongest: Verdict | undefined;
  for (const rule of rules) {
    const match = rule.matches(event, standing, around);
    if (match === undefined) continue;
    const found = weigh(rule, match, event, standing, around);
    if (strongest === undefined || STRENGTH[found.answer] > STRENGTH[strongest.answer]) {
      strongest = found;
    }
  }
  return strongest ?? judgeUnmatched(event, standing, around.now);
}

function judgeUnmatched(event: SipEvent, standing: Standing, now: number): Verdict {
  if (event.kind === 'challenged') {
    return verdict(event, standing, 'pass', 'none', 'a challenge is no fault');
  }
  if (event.kind === 'call' && isShutOut(standing, now)) {
    const why = `already shut out until ${moment(standing.bannedUntil ?? now)}`;
    return verdict(event, standing, 'reject', 'shut-out', why);
  }
  return verdict(event, standing, 'pass', 'no-rule', 'a stranger, but no rule matches');
}

/**
 * Times are kept for the flood rule only where it may ask for them: not of a source seen once
 * by an event that could be forged, as most are in a flood from false senders, nor of one that
 * is shut out, nor of a challenge that may yet be answered.
 */
function noteEvent(standing: Standing, event: SipEvent, policy: Policy): void {
  const limits = policy.rules.flood;
  if (limits === undefined || isShutOut(standing, event.seenAt)) return;
  if (isOpenChallenge(standing, event)) return;
  if (standing.events === 1 && event.proof === 'forgeable' && limits.events > 1) return;
  const bound = { limit: limits.events, withinSeconds: limits.withinSeconds };
  const { recentEvents, events, firstAt } = standing;
  // With the second event the first one, let go by until then, is counted as well.
  const times = recentEvents ?? (events === 2 ? firstTime('forgeable', firstAt) : undefined);
  if (times !== undefined) noteTime(times, event.proof, event.seenAt, bound);
  standing.recentEvents = times ?? firstTime(event.proof, event.seenAt);
}

/** What happened after a packet was judged is no new packet. */
function isOutcome({ kind }: SipEvent): boolean {
  return kind === 'registered' || kind === 'unregistered' || kind === 'call-ended';
}

const STRENGTH: Record<Answer, number> = { pass: 0, watch: 1, reject: 2, ban: 3 };

function verdict(
  event: SipEvent,
  { target }: Standing,
  answer: Answer,
  rule: string,
  why: string,
): Verdict {
  return { answer, rule, why, proof: event.proof, target };
}
