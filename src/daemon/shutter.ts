import { LRUCache } from 'lru-cache';
import type { BreakerState, Consideration } from '../enforce/breaker.ts';
import { consider, createBreaker } from '../enforce/breaker.ts';
import type { Keeper } from '../enforce/keeper.ts';
import type { Injection, SipEvent } from '../event/sip-event.ts';
import { parseAddress } from '../event/source.ts';
import { shieldOf, shieldWords } from '../judge/shield.ts';
import type { Standings } from '../judge/standings.ts';
import type { Ban, Verdict } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import { hostOf, isThroughSsh } from '../policy/policy-reach.ts';
import type { Metrics } from '../web/metrics.ts';
import type { Chronicle } from './chronicle.ts';
import type { Journaling } from './journaling.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';

export interface ShutterParts {
  readonly policy: () => Policy;
  readonly world: () => World;
  readonly keeper: () => Keeper;
  readonly ledger: Ledger;
  readonly standings: Standings;
  readonly breaker: BreakerState;
  readonly metrics: Metrics;
  readonly notices: Notices;
  readonly journal: Pick<Journaling, 'banned' | 'forged'>;
  readonly chronicle: Pick<Chronicle, 'banned' | 'refused' | 'overBudget'>;
  /** For the fleet: a ban is in force. */
  readonly told?: (ban: Ban) => void;
  readonly log: Log;
  readonly now: () => number;
  readonly injection: (injection: Injection) => void;
}

/** From a finished verdict to a source shut out: breaker, enforcers, ledger. One door for all bans. */
export interface Shutter {
  /** Carries out a verdict `ban`. Returns at once. */
  shutOut(event: SipEvent, verdict: Verdict): void;
  /** A ban by hand goes through the same breaker. */
  byHand(ban: Ban): Promise<{ ban: Ban } | { refused: string }>;
  /**
   * So does one that enough other sites told of; it spends a budget of its own, so that they
   * cannot use up this site's. @param at when they did
   */
  byFleet(ban: Ban, at: number): Promise<void>;
  /** Since the start: bans of this site's own judge that were refused, and that were cut down. */
  readonly breaker: { readonly refused: number; readonly overBudget: number };
}

/** Should this process die while it asks, the hold ends by itself. */
const HOLD_MS = 2000;
const FORGED_MS = 600_000;

export function createShutter(parts: ShutterParts): Shutter {
  const { ledger, standings, metrics, log } = parts;
  /** Targets on their way to the enforcers: a burst of events must not ban one twice. */
  const underWay = new Set<string>();
  const forgedLately = new LRUCache<string, true>({ max: 10_000, ttl: FORGED_MS });

  const fleetBreaker = createBreaker();
  const breaker = { refused: 0, overBudget: 0 };

  const admit = (
    ban: Ban,
    policy = parts.policy(),
    state = parts.breaker,
    now = parts.now(),
  ): Consideration => {
    const { lastGoodCallAt, goodDays } = standings.peek(ban.target) ?? {};
    const around = { world: parts.world(), policy, lastGoodCallAt, goodDays };
    const answer = consider(ban, around, state, now);
    if ('refused' in answer) {
      metrics.breakerRefused();
      const { target, rule } = ban;
      log.warn({ event: 'breaker', target, rule, why: answer.refused }, 'ban refused');
      parts.chronicle.refused(target, answer.refused);
      if (ban.by === 'judge') breaker.refused++;
    } else if (answer.overBudget === true) {
      parts.chronicle.overBudget();
      if (ban.by === 'judge') breaker.overBudget++;
    }
    return answer;
  };

  const carryOut = async (ban: Ban): Promise<void> => {
    // The ledger first: should the enforcers be slow, the reconcile tick already wants this ban.
    ledger.add(ban);
    parts.journal.banned(ban);
    metrics.banned(ban);
    parts.chronicle.banned(ban);
    const written = parts.keeper().ban(ban);
    try {
      ledger.keep(ban);
    } finally {
      await written;
    }
    parts.told?.(ban);
    log.info({ event: 'ban', mode: parts.policy().mode, ...ban }, wordsFor(parts.policy()));
  };

  const proceed = async (event: SipEvent, verdict: Verdict): Promise<void> => {
    const answer = admit(banOf(event, verdict, parts.now()));
    if ('refused' in answer || (await isForged(event, answer.ban))) return;
    await carryOut(answer.ban);
  };

  /**
   * A call's source comes from our own question to the PBX. Any other event only claims its
   * source in text that others can forge, so the packet filter is asked who really sent packets.
   * Meanwhile it holds the source, unless somebody forged that name lately: what is forged again
   * and again must not hold a third party for more than the first few milliseconds.
   */
  const isForged = async (event: SipEvent, ban: Ban): Promise<boolean> => {
    if (event.kind === 'call' || !isWatched(event)) return false;
    const { address } = event.source;
    const hold = { ...ban, until: parts.now() + HOLD_MS };
    const saw = forgedLately.has(address)
      ? await parts.keeper().saw(address)
      : await parts.keeper().sawHolding(address, hold);
    if (saw !== false) return false;
    forgedLately.set(address, true);
    parts.journal.forged(address);
    parts.injection({
      pbx: event.pbx,
      seenAt: event.seenAt,
      why: `a ${event.kind} event names ${address}, which sent no packet to the SIP ports`,
      excerpt: event.account ?? '',
    });
    return true;
  };

  /** The packet filter sees this machine's packets alone, and those to the SIP ports it was told. */
  const isWatched = ({ pbx, localPort }: SipEvent): boolean => {
    const { pbxs, enforce } = parts.policy();
    const link = pbxs.find(({ name }) => name === pbx);
    const ours = link !== undefined && !isThroughSsh(link);
    const host = ours ? hostOf(link) : '';
    const address = host === 'localhost' ? '127.0.0.1' : parseAddress(host);
    if (address === undefined || parts.world().own.match(address) === undefined) return false;
    const filter = enforce.find(({ kind }) => kind === 'nftables');
    if (filter?.kind !== 'nftables' || localPort === undefined) return true;
    if (filter.sipPorts.includes(localPort)) return true;
    parts.notices.tell(
      `${pbx} takes SIP on port ${localPort}: add it to nftables.sip_ports, so that forged events are told from real ones`,
    );
    return false;
  };

  return {
    breaker,
    shutOut(event, verdict) {
      const { target } = verdict;
      if (underWay.has(target)) return;
      underWay.add(target);
      void proceed(event, verdict)
        .catch((error: unknown) => {
          metrics.faulted();
          log.error({ err: error, target }, 'the ban could not be carried out');
        })
        .finally(() => underWay.delete(target));
    },
    async byHand(ban) {
      const answer = admit(ban);
      if ('ban' in answer) await carryOut(answer.ban);
      return answer;
    },
    async byFleet(ban, at) {
      const policy = parts.policy();
      const bansPerMinute = policy.fleet?.accept.bansPerMinute ?? 0;
      const standing = standings.peek(ban.target);
      const shield = standing && shieldOf(standing, parts.world(), parts.now());
      if (shield !== undefined) {
        metrics.breakerRefused();
        log.warn({ event: 'breaker', target: ban.target, why: shieldWords(shield) }, 'ban refused');
        return;
      }
      const own = { ...policy, breaker: { ...policy.breaker, bansPerMinute } };
      const answer = admit(ban, own, fleetBreaker, at);
      if ('ban' in answer && answer.ban.until > parts.now()) await carryOut(answer.ban);
    },
  };
}

function banOf(event: SipEvent, verdict: Verdict, now: number): Ban {
  return {
    target: verdict.target,
    since: now,
    until: now + (verdict.jailSeconds ?? 0) * 1000,
    rule: verdict.rule,
    why: verdict.why,
    proof: verdict.proof,
    quarantine: verdict.quarantine ?? false,
    by: 'judge',
    pbx: event.pbx,
  };
}

function wordsFor({ mode }: Policy): string {
  return mode === 'observe' ? 'would be shut out' : 'shut out';
}
