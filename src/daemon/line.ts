import { LRUCache } from 'lru-cache';
import type { CallEvent, Injection, SipEvent } from '../event/sip-event.ts';
import { targetOf } from '../event/source.ts';
import { measureOf } from '../judge/history.ts';
import { judge } from '../judge/judge.ts';
import type { VerdictRow } from '../judge/record.ts';
import type { Standings } from '../judge/standings.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import type { PassOutcome } from '../pbx/gate.ts';
import type { RejectOutcome } from '../pbx/pbx.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from '../web/metrics.ts';
import type { Chronicle } from './chronicle.ts';
import type { Gate } from './gate.ts';
import type { Journaling } from './journaling.ts';
import type { LineCounts } from './line-counts.ts';
import { newCounts } from './line-counts.ts';
import type { Log } from './log.ts';
import { verdictLine } from './log.ts';
import type { Notices } from './notices.ts';
import type { Shutter } from './shutter.ts';
import type { TrunkWatch } from './trunk-watch.ts';
import { endRow, rowOf } from './verdict-row.ts';

export interface LineParts {
  readonly policy: () => Policy;
  readonly world: () => World;
  readonly standings: Standings;
  readonly shutter: Shutter;
  readonly store: Store;
  readonly journal: Pick<Journaling, 'judged'>;
  readonly chronicle: Pick<Chronicle, 'judged' | 'recorded' | 'rejected' | 'rang'>;
  readonly metrics: Metrics;
  readonly notices: Notices;
  readonly log: Log;
  /** Hangs the call up on the PBX it came from. */
  readonly reject: (call: CallEvent) => Promise<RejectOutcome>;
  /** Lets the call go on that waits in the gate of its PBX. */
  readonly pass: (call: CallEvent) => Promise<PassOutcome>;
  readonly gate: Pick<Gate, 'judged'>;
  readonly trunkWatch: Pick<TrunkWatch, 'judged'>;
}

/** The straight line an event takes: fold, judge, log, reject, shut out, remember. */
export interface Line {
  event(event: SipEvent): void;
  readonly injection: (injection: Injection) => void;
  readonly counts: LineCounts;
}

/** Calls to be rejected whose end is still awaited, to count those that rang. */
const AWAITED_CALLS = 10_000;

export function createLine(parts: LineParts): Line {
  const { standings, store, journal, chronicle, metrics, notices, log } = parts;
  const counts = newCounts();
  /** With the rule that decided. */
  const rejected = new LRUCache<string, string>({ max: AWAITED_CALLS });

  const decide = (event: SipEvent): void => {
    const policy = parts.policy();
    const startedAt = performance.now();
    const standing = standings.fold(
      event,
      targetOf(event.source.address, policy.jail.ipv6PrefixBits),
    );
    const verdict = judge(event, standing, parts.world(), policy);
    const ms = performance.now() - startedAt;

    // To the PBX and the kernel first, then to the reader: a log line costs what a phone's ring does.
    if (event.kind === 'call') {
      counts.calls.judged++;
      if (isRefusal(verdict) && policy.mode === 'enforce') {
        if (standing.lastGoodCallAt !== undefined) counts.lost++;
        void rejectCall(event, verdict.rule);
      } else if (policy.gate.enabled) void passCall(event);
    }
    if (verdict.answer === 'ban') parts.shutter.shutOut(event, verdict);
    log.info(verdictLine(event, verdict, ms, policy.mode), 'judged');
    counts.verdicts[verdict.answer]++;
    if (measureOf(event, verdict, policy.mode) === 'passed') counts.calls.good++;
    counts.lastEventAt = event.seenAt;
    metrics.judged(event.pbx, event.kind, verdict.answer, verdict.rule, ms);
    parts.gate.judged(event, verdict);
    if (verdict.notice !== undefined) notices.tell(verdict.notice);
    parts.trunkWatch.judged(event, standing);
    journal.judged(event, verdict);
    chronicle.judged(event, verdict);
    remember(event, verdict);
  };

  const rejectCall = async (call: CallEvent, rule: string): Promise<void> => {
    rejected.set(keyOf(call), rule);
    const outcome = await parts.reject(call);
    metrics.rejected(call.pbx, outcome);
    chronicle.rejected(call.pbx, rule, outcome);
    if (outcome === 'rejected') counts.calls.rejected++;
    if (outcome === 'failed') {
      log.error({ pbx: call.pbx, channel: call.channel }, 'the PBX did not hang the call up');
    }
  };

  const passCall = async (call: CallEvent): Promise<void> => {
    metrics.passed(call.pbx, await parts.pass(call));
  };

  const ended = (event: SipEvent & { kind: 'call-ended' }): void => {
    journal.judged(event);
    const rule = rejected.get(keyOf(event));
    if (rule === undefined) return;
    rejected.delete(keyOf(event));
    const { ipv6PrefixBits } = parts.policy().jail;
    keep(endRow(event, targetOf(event.source.address, ipv6PrefixBits)));
    if (!event.rang) return;
    counts.calls.rangBeforeRejected++;
    metrics.rangBeforeReject(event.pbx);
    chronicle.rang(event.pbx, rule);
    log.warn(
      { pbx: event.pbx, source: event.source.address, channel: event.channel },
      'a rejected call had already been sent to a phone: without the gate the hang-up can be late',
    );
  };

  const remember = (event: SipEvent, verdict: Verdict): void => {
    // What passes without a rule is most of the traffic and explains nothing.
    if (verdict.answer === 'pass' && event.kind !== 'call') return;
    keep(rowOf(event, verdict));
  };

  const keep = (row: VerdictRow): void => {
    store.record(row);
    chronicle.recorded(row);
  };

  return {
    event(event) {
      // A fault in one event must not end the guard of all the others (convention 8).
      try {
        if (event.kind === 'call-ended') ended(event);
        else decide(event);
      } catch (error) {
        metrics.faulted();
        log.error({ err: error, event: event.kind, pbx: event.pbx }, 'this event was not judged');
      }
    },
    injection({ pbx, why, source, excerpt }) {
      counts.injections++;
      metrics.injection(pbx);
      const known = source === undefined ? {} : { source: source.address, port: source.port };
      log.warn({ event: 'injection', pbx, ...known, why, excerpt }, 'injection attempt');
    },
    counts,
  };
}

/** Reports whether the call this verdict is about must not go on. */
function isRefusal(verdict: Verdict): boolean {
  return verdict.answer === 'reject' || verdict.answer === 'ban';
}

function keyOf(call: { pbx: string; channel: string }): string {
  return `${call.pbx}\n${call.channel}`;
}
