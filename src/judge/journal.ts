import type { Registration, SipEvent } from '../event/sip-event.ts';
import type { Ban, Verdict } from './verdict.ts';

/**
 * One line of the journal: a judged event exactly as the judge saw it, or a change of the world
 * that verdicts depend on, so that the same judge comes to the same verdicts over it. `at` is in
 * ms since the epoch, when the line was written; events carry their own `seenAt`.
 */
export type JournalRecord =
  | EventRecord
  /** The daemon began: what it knew of hits is gone, its bans are not. */
  | { readonly record: 'start'; readonly at: number; readonly site: string; readonly mode: string }
  /** All live registrations of one PBX. */
  | {
      readonly record: 'registrations';
      readonly at: number;
      readonly pbx: string;
      readonly live: readonly Registration[];
    }
  /** Registrations of one PBX that came and went since it was last told of. */
  | {
      readonly record: 'registrations-changed';
      readonly at: number;
      readonly pbx: string;
      readonly added: readonly Registration[];
      readonly gone: readonly Registration[];
    }
  /** What DNS says of the trunks' names. */
  | {
      readonly record: 'trunks';
      readonly at: number;
      readonly addresses: Readonly<Record<string, readonly string[]>>;
    }
  /** Networks of the PBX machine's own. */
  | { readonly record: 'own'; readonly at: number; readonly networks: readonly string[] }
  /** A ban came into force: the judge's, some turns after its verdict, or one by hand. */
  | { readonly record: 'ban'; readonly at: number; readonly ban: Ban }
  /** A person let a target in again. */
  | {
      readonly record: 'released';
      readonly at: number;
      readonly target: string;
      readonly graceUntil: number;
    }
  /** The packet filter saw no packet of this address: the events that name it were forged. */
  | { readonly record: 'forged'; readonly at: number; readonly address: string };

export interface EventRecord {
  readonly record: 'event';
  readonly at: number;
  readonly event: SipEvent;
  /** What was decided then; absent where nobody judged, as in a log of the PBX. */
  readonly verdict?: Pick<Verdict, 'answer' | 'rule' | 'why'>;
  /** What it truly was, in a set made for measuring the judge. */
  readonly label?: Label;
}

export interface Label {
  readonly good: boolean;
  /** Like `office-nat` or `password-guessing`. */
  readonly class: string;
}
