import type { Proof, SipEvent } from '../event/sip-event.ts';
import { goodTraffic } from './good-traffic.ts';
import { forgive, jailSeconds } from './jail-time.ts';
import { neededHits } from './listings.ts';
import { noteNumber } from './numbers.ts';
import type { Around, Match, Rule } from './rules/rule.ts';
import { thresholdOf } from './rules/rule.ts';
import { noticeOnce, shieldOf, shieldWords } from './shield.ts';
import type { Standing } from './standing.ts';
import { isShutOut } from './standing.ts';
import type { Bound, Times } from './times.ts';
import { countSince, firstTime, noteTime } from './times.ts';
import type { Verdict } from './verdict.ts';
import { moment, span } from './words.ts';

/** Turns one match into a verdict: counts the hit, and says what the limit's reaching means. */
export function weigh(
  rule: Rule,
  match: Match,
  event: SipEvent,
  standing: Standing,
  around: Around,
): Verdict {
  const mild: Verdict = {
    answer: event.kind === 'call' && isRejecting(rule, match) ? 'reject' : 'watch',
    rule: rule.name,
    why: match.why,
    proof: event.proof,
    target: standing.target,
  };
  if (match.weight === 'mention') return mild;
  const { bannedUntil } = standing;
  if (bannedUntil !== undefined && isShutOut(standing, around.now)) {
    // Packets already under way, or mode observe: a running ban is not made longer by them.
    return { ...mild, why: `${match.why}; already shut out until ${moment(bannedUntil)}` };
  }
  noteNumber(standing, event);
  if (match.weight !== 'hit') {
    return restrain(mild, match.weight.limit, match.why, event, standing, around);
  }
  const { why, reachedBy } = countHit(rule, match, event, standing, around);
  if (reachedBy === undefined) return { ...mild, why };
  return restrain(mild, reachedBy, why, event, standing, around);
}

/** The limit is reached: a ban, unless somebody good is behind the address. */
function restrain(
  mild: Verdict,
  proof: Proof,
  why: string,
  event: SipEvent,
  standing: Standing,
  { world, policy, now }: Around,
): Verdict {
  const freeUntil = world.graces.get(standing.target) ?? 0;
  if (freeUntil > now) {
    return {
      ...mild,
      why: `${why}; not shut out: released by hand, free until ${moment(freeUntil)}`,
    };
  }
  const [unresolved] = world.unresolvedHosts;
  if (unresolved !== undefined) {
    return {
      ...mild,
      why: `${why}; not shut out: it may be the carrier, for DNS has not told the addresses of ${unresolved} yet`,
    };
  }
  const allowed = world.allowed?.overlaps(standing.target);
  if (allowed !== undefined) {
    return { ...mild, why: `${why}; not shut out: ${allowed} is on the fleet's allow list` };
  }
  const shield = shieldOf(standing, world, now);
  if (shield !== undefined && mild.rule !== 'account-sweep') {
    return noticed(mild, `${why}; not shut out: ${shieldWords(shield)}`, event, standing);
  }
  const good = goodTraffic(standing, policy, now);
  if (good !== undefined) return noticed(mild, `${why}; not shut out: ${good}`, event, standing);
  forgive(standing, now, policy.jail.forgetSeconds * 1000);
  const seconds = jailSeconds(policy, standing, proof, now);
  // Written out, not spread: under a flood of strangers every event comes to this.
  const { rule, target } = mild;
  if (proof === 'proven') return { answer: 'ban', rule, why, proof, target, jailSeconds: seconds };
  return {
    answer: 'ban',
    rule,
    why: `${why}; could be forged, so quarantine only`,
    proof,
    target,
    jailSeconds: seconds,
    quarantine: true,
  };
}

/** Nobody is shut out; the operator is told, once until it changes. */
function noticed(mild: Verdict, why: string, event: SipEvent, standing: Standing): Verdict {
  const notice = noticeOnce(standing, event, mild.rule, why);
  return { ...mild, why, ...(notice === undefined ? {} : { notice }) };
}

/** Records the hit; `reachedBy` is the proof of the evidence when the rule's limit is reached. */
function countHit(
  rule: Rule,
  match: Match,
  event: SipEvent,
  standing: Standing,
  { policy, world, now }: Around,
): { why: string; reachedBy: Proof | undefined } {
  const threshold = thresholdOf(rule.name, policy);
  if (threshold === undefined) return { why: match.why, reachedBy: undefined };
  const { withinSeconds } = threshold;
  const limit = neededHits(threshold.hits, event.source.address, world.listings);
  const times = noteHit(rule, event, standing, { limit, withinSeconds }, now);
  const since = now - withinSeconds * 1000;
  const all = countSince(times.all, since);
  const window = `${limit} in ${span(withinSeconds)}`;
  if (all.count < limit) {
    return { why: `${match.why} (${all.count} of ${window})`, reachedBy: undefined };
  }
  const proven = countSince(times.proven, since).count >= limit;
  const several = all.count === 1 ? undefined : rule.several?.(all.count, standing, since);
  const evidence =
    several === undefined ? match.why : `${several} in ${span((now - all.firstAt) / 1000)}`;
  return {
    why: `${evidence} (limit ${window})`,
    reachedBy: proven ? 'proven' : 'forgeable',
  };
}

function noteHit(
  rule: Rule,
  event: SipEvent,
  standing: Standing,
  bound: Bound,
  now: number,
): Times {
  const earlier = standing.hits?.find((entry) => entry.rule === rule.name);
  if (earlier !== undefined) {
    noteTime(earlier, event.proof, now, bound);
    return earlier;
  }
  const { all, proven } = firstTime(event.proof, now);
  // Written out, not spread: V8 lays a spread out in two pieces, and there may be very many.
  const first = { rule: rule.name, all, proven };
  if (standing.hits === undefined) standing.hits = [first];
  else standing.hits.push(first);
  return first;
}

/** What the policy only watches lets the call go on; the canary's call is caught. */
function isRejecting(rule: Rule, match: Match): boolean {
  return match.weight !== 'mention' || rule.name === 'canary';
}
