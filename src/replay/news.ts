import type { SipEvent } from '../event/sip-event.ts';

/** What one line of a PBX's log amounts to; undefined when it says nothing about SIP. */
export type LineNews =
  | {
      readonly event: SipEvent;
      /** The thread that wrote it, where only one of the process writes such lines. */
      readonly thread?: string;
      /** The PBX's security log tells the same in a form that is harder to forge. */
      readonly toldTwice?: true;
    }
  /** An account answered its challenge: somebody works from there. */
  | { readonly registered: Registered; readonly thread?: string }
  | LineRefusal
  | undefined;

export interface Registered {
  readonly account: string;
  readonly address: string;
  readonly seenAt: number;
}

export interface LineRefusal {
  readonly refused: Refusal;
  /**
   * A sender's text got into the log so freely that the lines just before may be forged as well,
   * each of them genuine to look at.
   */
  readonly taints: boolean;
}

/** Why a line is not believed. */
export type Refusal =
  /** Its fields are not as the PBX prints them: a name made to look like another field. */
  | 'crafted'
  /** A part of a line that a sender's line break cut in two. */
  | 'broken'
  /** Written by a thread that does not write the security log. */
  | 'foreign-thread'
  /** Close before one of those, where a sender can have put whole lines. */
  | 'tainted'
  /** The messages log and the security log say the same: counted once. */
  | 'told-twice'
  /** Longer than any line of a PBX. */
  | 'too-long'
  /** A line of our journal that is not as we write it. */
  | 'not-journal';
