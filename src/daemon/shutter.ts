import type { BreakerState } from '../enforce/breaker.ts';
import { consider } from '../enforce/breaker.ts';
import type { Keeper } from '../enforce/keeper.ts';
import type { Injection, SipEvent } from '../event/sip-event.ts';
import { parseAddress } from '../event/source.ts';
import type { Standings } from '../judge/standings.ts';
import type { Ban, Verdict } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import type { Metrics } from '../web/metrics.ts';
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
}

export function createShutter(parts: ShutterParts): Shutter {
  const { ledger, standings, metrics, log } = parts;
  /** Targets on their way to the enforcers: a burst of events must not ban one twice. */
  const underWay = new Set<string>();

  const apply = async (ban: Ban): Promise<{ ban: Ban } | { refused: string }> => {
    const around = {
      world: parts.world(),
      policy: parts.policy(),
      lastGoodCallAt: standings.peek(ban.target)?.lastGoodCallAt,
    };
    const answer = consider(ban, around, parts.breaker, parts.now());
    if ('refused' in answer) {
      metrics.breakerRefused();
      log.warn(
        { event: 'breaker', target: ban.target, rule: ban.rule, why: answer.refused },
        'ban refused',
      );
      return answer;
    }
    // The ledger first: should the enforcers be slow, the reconcile tick already wants this ban.
    ledger.add(answer.ban);
    metrics.banned(answer.ban);
    const written = parts.keeper().ban(answer.ban);
    try {
      ledger.keep(answer.ban);
    } finally {
      await written;
    }
    log.info({ event: 'ban', mode: parts.policy().mode, ...answer.ban }, wordsFor(parts.policy()));
    return answer;
  };

  const proceed = async (event: SipEvent, verdict: Verdict): Promise<void> => {
    if (await isForged(event)) return;
    await apply(banOf(event, verdict, parts.now()));
  };

  /**
   * A call's source comes from our own question to the PBX. Any other event only claims its
   * source in text that others can forge, so the packet filter is asked who really sent packets.
   */
  const isForged = async (event: SipEvent): Promise<boolean> => {
    if (event.kind === 'call' || !isWatched(event)) return false;
    const saw = await parts.keeper().saw(event.source.address);
    if (saw !== false) return false;
    parts.injection({
      pbx: event.pbx,
      seenAt: event.seenAt,
      why: `a ${event.kind} event names ${event.source.address}, which sent no packet to the SIP ports`,
      excerpt: event.account ?? '',
    });
    return true;
  };

  /** The packet filter sees this machine's packets alone, and those to the SIP ports it was told. */
  const isWatched = ({ pbx, localPort }: SipEvent): boolean => {
    const { pbxs, enforce } = parts.policy();
    const host = pbxs.find(({ name }) => name === pbx)?.asterisk.host ?? '';
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
    byHand: (ban) => apply(ban),
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
