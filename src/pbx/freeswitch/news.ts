import type { CallEvent, PlainEvent } from '../../event/sip-event.ts';
import type { RegistrationHint } from '../registration-watch.ts';

/** What an event amounts to; undefined when it says nothing we need. */
export type News =
  | { readonly call: CallEvent }
  /** The UUID of a call for which a phone is being rung. */
  | { readonly rang: string }
  | { readonly ended: Ended }
  | { readonly attempt: Attempt }
  | { readonly failure: Failure }
  | { readonly event: PlainEvent }
  /** Somebody claims to have registered. */
  | { readonly registered: RegistrationHint }
  /** A registration has ended; which, the PBX is asked. */
  | { readonly unregistered: true }
  /** mod_sofia has come, or is going: without it there are no SIP calls. */
  | { readonly sofia: 'loaded' | 'unloaded' }
  /** The whole server ends. */
  | { readonly shutdown: true }
  /** The event is not what FreeSWITCH writes: why, in words for the log. */
  | { readonly refused: string }
  | undefined;

export interface Ended {
  /** The UUID of the call. */
  readonly channel: string;
  /**
   * When the call began by the PBX's clock, in milliseconds since the epoch; undefined unless it
   * was one from outside, whose beginning is always told.
   */
  readonly bornAt?: number;
}

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
