import type { CallEvent, PlainEvent } from '../../event/sip-event.ts';
import type { RegistrationHint } from '../registration-watch.ts';

/** What an event amounts to; undefined when it says nothing we need. */
export type News =
  | { readonly call: CallEvent }
  /** The UUID of a call for which a phone is being rung. */
  | { readonly rang: string }
  | { readonly ended: string }
  | { readonly attempt: Attempt }
  | { readonly failure: Failure }
  | { readonly event: PlainEvent }
  /** Somebody claims to have registered. */
  | { readonly registered: RegistrationHint }
  /** A registration has ended; which, the PBX is asked. */
  | { readonly unregistered: true }
  /** The event is not what FreeSWITCH writes: why, in words for the log. */
  | { readonly refused: string }
  | undefined;

/** A wrong answer to a challenge that FreeSWITCH had given. Belongs to the failure that follows. */
export interface Attempt {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly seenAt: number;
  /** The name offered with the answer. */
  readonly account: string;
  readonly callingNumber?: string;
  readonly callId?: string;
}

export interface Failure {
  /** That of the attempt it belongs to. */
  readonly key: string;
  /** Forgeable, unless an attempt tells more: see challenges.ts. */
  readonly event: PlainEvent;
}
