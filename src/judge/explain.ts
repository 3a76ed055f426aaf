import { targetHolds } from './known.ts';
import type { Policy } from '../policy/policy.ts';
import type { RuleName } from '../policy/policy-rules.ts';
import { accountsTried } from './accounts.ts';
import { goodTraffic } from './good-traffic.ts';
import { forgiven } from './jail-time.ts';
import { listingLines } from './listings.ts';
import { thresholdOf } from './rules/rule.ts';
import { shieldOf, shieldWords } from './shield.ts';
import type { Standing } from './standing.ts';
import { createStanding, isShutOut } from './standing.ts';
import { countSince } from './times.ts';
import { count, moment, span } from './words.ts';
import type { World } from './world.ts';

/** What we know of one target, as data and in words an operator can read to a customer. */
export interface Explanation {
  readonly target: string;
  /** What of ours it covers, and why it can therefore never be banned. */
  readonly known?: string;
  /** Who holds a live registration there. */
  readonly shielded?: string;
  /** Good traffic that a ban would break, above the policy's limit. */
  readonly good?: string;
  /** Milliseconds since the epoch, like every time here. */
  readonly freeUntil?: number;
  readonly shutOutUntil?: number;
  readonly firstAt?: number;
  readonly lastAt?: number;
  readonly lastRegisteredAt?: number;
  readonly lastGoodCallAt?: number;
  readonly events: number;
  readonly bans: number;
  readonly quarantines: number;
  readonly hits: readonly ExplainedHits[];
  readonly accounts: readonly { account: string; lastAt: number; failed: boolean }[];
  readonly userAgents: readonly string[];
  readonly ports: readonly number[];
  readonly lines: readonly string[];
}

export interface ExplainedHits {
  readonly rule: RuleName;
  readonly hits: number;
  /** Those that no false sender can have caused. */
  readonly proven: number;
  readonly limit: number;
  readonly withinSeconds: number;
}

/**
 * @param standing undefined when nothing was seen of the target, or it was forgotten
 * @param address the one that was asked for: a list may name it alone of its prefix
 */
export function explainStanding(
  standing: Standing | undefined,
  world: World,
  policy: Policy,
  target: string,
  now: number,
  address = target,
): Explanation {
  const one = standing ?? createStanding(target, now);
  const known = targetHolds(target, world);
  const shield = shieldOf(one, world, now);
  const allowed = world.allowed?.overlaps(target);
  const past = forgiven(one, now, policy.jail.forgetSeconds * 1000);
  const good = goodTraffic(one, policy, now);
  const freeUntil = world.graces.get(target) ?? 0;
  const data = {
    target,
    ...(known === undefined ? {} : { known }),
    ...(shield === undefined ? {} : { shielded: shieldWords(shield) }),
    ...(good === undefined ? {} : { good }),
    ...(freeUntil > now ? { freeUntil } : {}),
    ...timesOf(standing, now),
    events: one.events,
    bans: past.bans,
    quarantines: past.quarantines,
    hits: hitsOf(one, policy, now),
    accounts: (one.accounts ?? []).map(({ account, lastAt, failed }) => {
      return { account, lastAt, failed };
    }),
    userAgents: one.userAgents ?? (one.userAgent === undefined ? [] : [one.userAgent]),
    ports: one.ports ?? (one.port === 0 ? [] : [one.port]),
  };
  const listed = [
    ...(allowed === undefined ? [] : [`Never shut out: ${allowed} is on the fleet's allow list.`]),
    ...listingLines(address, world.listings),
  ];
  return { ...data, lines: [...linesOf(data, one, policy, now), ...listed] };
}

function timesOf(standing: Standing | undefined, now: number) {
  if (standing === undefined) return {};
  const { firstAt, lastAt, lastRegisteredAt, lastGoodCallAt, bannedUntil } = standing;
  return {
    firstAt,
    lastAt,
    ...(lastRegisteredAt === undefined ? {} : { lastRegisteredAt }),
    ...(lastGoodCallAt === undefined ? {} : { lastGoodCallAt }),
    ...(bannedUntil !== undefined && isShutOut(standing, now) ? { shutOutUntil: bannedUntil } : {}),
  };
}

function hitsOf(standing: Standing, policy: Policy, now: number): ExplainedHits[] {
  const found: ExplainedHits[] = [];
  for (const { rule, all, proven } of standing.hits ?? []) {
    const threshold = thresholdOf(rule, policy);
    if (threshold === undefined) continue;
    const { hits: limit, withinSeconds } = threshold;
    const since = now - withinSeconds * 1000;
    const hits = countSince(all, since).count;
    if (hits === 0) continue;
    found.push({ rule, hits, proven: countSince(proven, since).count, limit, withinSeconds });
  }
  return found;
}

function linesOf(
  data: Omit<Explanation, 'lines'>,
  standing: Standing,
  policy: Policy,
  now: number,
): string[] {
  const { target, known, shielded, good, freeUntil, shutOutUntil, firstAt, lastAt } = data;
  const { lastRegisteredAt, lastGoodCallAt, bans, quarantines, userAgents, ports } = data;
  return [
    shutOutUntil === undefined
      ? `${target} is not shut out.`
      : `${target} is shut out until ${moment(shutOutUntil)}, for another ${span((shutOutUntil - now) / 1000)}.`,
    known === undefined ? '' : `It is never banned: it covers ${known}.`,
    shielded === undefined ? '' : `It is shielded: ${shielded}.`,
    good === undefined ? '' : `It is spared: ${good}.`,
    freeUntil === undefined
      ? ''
      : `It was released by hand and is free until ${moment(freeUntil)}.`,
    firstAt === undefined || lastAt === undefined || data.events === 0
      ? 'Nothing of it is in memory.'
      : `${count(data.events, 'event')} since ${moment(firstAt)}, the last at ${moment(lastAt)}.`,
    lastRegisteredAt === undefined ? '' : `It last registered at ${moment(lastRegisteredAt)}.`,
    lastGoodCallAt === undefined ? '' : `Its last good call was at ${moment(lastGoodCallAt)}.`,
    ...data.hits.map(hitLine),
    accountLine(standing, policy, now),
    bans + quarantines === 0
      ? ''
      : `Earlier: ${count(bans, 'ban')} on proven evidence, ${count(quarantines, 'quarantine')}.`,
    userAgents.length === 0
      ? ''
      : `User agents: ${userAgents.map((name) => `"${name}"`).join(', ')}.`,
    ports.length < 2 ? '' : `Ports: ${ports.join(', ')}.`,
  ].filter((line) => line !== '');
}

function hitLine({ rule, hits, proven, limit, withinSeconds }: ExplainedHits): string {
  const proof = proven === hits ? 'proven' : `${proven} proven, the rest could be forged`;
  return `Rule ${rule}: ${count(hits, 'hit')} of ${limit} in ${span(withinSeconds)} (${proof}).`;
}

function accountLine(standing: Standing, policy: Policy, now: number): string {
  const sweep = policy.rules['account-sweep'];
  if (sweep === undefined) return '';
  const { all } = accountsTried(standing, now - sweep.withinSeconds * 1000, now);
  if (all === 0) return '';
  return `${count(all, 'account')} tried in vain in ${span(sweep.withinSeconds)} (limit ${sweep.accounts}, with live registrations ${policy.shield.accounts}).`;
}
