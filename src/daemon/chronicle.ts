import type { SipEvent } from '../event/sip-event.ts';
import { measureOf } from '../judge/history.ts';
import type { VerdictRow } from '../judge/record.ts';
import type { Ban, Verdict } from '../judge/verdict.ts';
import { span } from '../judge/words.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { RejectOutcome } from '../pbx/pbx.ts';
import type { Policy } from '../policy/policy.ts';
import type { CountingParts } from './counting.ts';
import { createCounting } from './counting.ts';
import type { Live } from './live.ts';
import { createLive } from './live.ts';

/** What was done, for whoever asks later (counts over time) or looks on now (the live stream). */
export interface Chronicle {
  judged(event: SipEvent, verdict: Verdict): void;
  /** One verdict as it is remembered. */
  recorded(row: VerdictRow): void;
  /** @param rule that decided on the call which the PBX was asked to hang up */
  rejected(pbx: string, rule: string, outcome: RejectOutcome): void;
  rang(pbx: string, rule: string): void;
  banned(ban: Ban): void;
  /** The breaker did not let a ban through; the next: cut it down, for there were too many. */
  refused(target: string, why: string): void;
  overBudget(): void;
  released(target: string): void;
  readonly follow: Live['follow'];
  /** Stores what was counted until now, so that it can be read. */
  flush(): void;
  close(): void;
}

export function createChronicle(
  parts: CountingParts & {
    readonly policy: () => Policy;
    readonly telling: Pick<Notifier, 'tell'>;
  },
): Chronicle {
  const { tell } = parts.telling;
  const counting = createCounting(parts);
  const live = createLive();
  return {
    judged(event, verdict) {
      const { pbx } = event;
      const measure = measureOf(event, verdict, parts.policy().mode);
      if (measure !== undefined) counting.add(measure, pbx, verdict.rule);
      // What tests the guard itself is no ghost and no attacker.
      if (verdict.rule === 'canary') {
        tell('canary', `the canary was caught on ${pbx}`);
        return;
      }
      const isGhost =
        event.kind === 'call' && (verdict.answer === 'reject' || verdict.answer === 'ban');
      if (isGhost || measure === 'attempt') counting.busy('source', pbx, verdict.target);
      if (isGhost && event.calledNumber !== undefined) {
        counting.busy('dialled', pbx, event.calledNumber);
      }
    },
    recorded: (row) => live.verdict(row),
    rejected: (pbx, rule, outcome) =>
      counting.add(outcome === 'failed' ? 'not-stopped' : 'stopped', pbx, rule),
    rang(pbx, rule) {
      counting.add('rang', pbx, rule);
      tell('rang', `a phone rang on ${pbx} before the ghost call was rejected (${rule})`);
    },
    banned(ban) {
      const measure = parts.policy().mode === 'enforce' ? 'shut-out' : 'would-shut-out';
      counting.add(measure, ban.pbx ?? '', ban.rule);
      live.tell({ kind: 'ban', ban });
      tell('ban', banWords(ban, parts.policy().mode));
    },
    refused: (target, why) => tell('breaker', `${target} is not shut out: ${why}`),
    overBudget: () => tell('breaker', 'too many bans a minute: sources are only quarantined'),
    released(target) {
      counting.add('released', '');
      live.tell({ kind: 'released', target });
    },
    follow: (listener) => live.follow(listener),
    flush: () => counting.flush(),
    close: () => counting.close(),
  };
}

function banWords({ target, since, until, rule, why }: Ban, mode: Policy['mode']): string {
  const done = mode === 'enforce' ? 'is shut out' : 'would be shut out';
  return `${target} ${done} for ${span((until - since) / 1000)}, ${rule}: ${why}`;
}
