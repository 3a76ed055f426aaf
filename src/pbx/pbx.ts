import type { GateMemory, PassOutcome } from './gate.ts';
import type { CallEvent, Injection, Registration, SipEvent } from '../event/sip-event.ts';

/** What a link to a PBX tells us. Every callback returns at once and never throws. */
export interface PbxListener {
  /** One translated event. Registrations come only after the PBX confirmed them when asked. */
  event(event: SipEvent): void;
  /** The whole set of live registrations, as the PBX answered; replaces the set before. */
  registrations(pbx: string, live: readonly Registration[]): void;
  injection(injection: Injection): void;
  /** The link's state changed: log line, metric. */
  changed(status: PbxStatus): void;
}

export type LinkState =
  /** Trying to connect. */
  | 'connecting'
  /** Connected, logged in, filters in force, events flowing. */
  | 'up'
  /** Works in part: `problem` says what is missing and what to do. */
  | 'degraded'
  /** The PBX said no (wrong secret, missing rights); tried again with a pause. */
  | 'refused'
  /** Closed by us. */
  | 'closed';

export interface PbxStatus {
  readonly name: string;
  readonly kind: 'asterisk' | 'freeswitch';
  readonly state: LinkState;
  /** Like `Asterisk 22.10.1`, once known. */
  readonly version?: string;
  /** Milliseconds since the epoch of the last change of state. */
  readonly since: number;
  /** What is wrong and what to do next. */
  readonly problem?: string;
  /** How the connection before this one ended. */
  readonly lastLoss?: LinkLoss;
  readonly counters: PbxCounters;
}

export interface LinkLoss {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly why: string;
}

/** Counted since the process started; they become metrics. */
export interface PbxCounters {
  /** Frames read. */
  frames: number;
  bytes: number;
  /** Connections made, reconnections included. */
  connections: number;
  /** Frames refused: malformed, a key missing or repeated, over the bound. */
  refusedFrames: number;
  injections: number;
  /** Calls whose source could not be learned: never judged, said in the log. */
  unknownSources: number;
  /** Rejections that were late: the call was gone or the PBX said no. */
  failedRejects: number;
  /** Events known to have been lost on their way to us; there may be more. */
  lostEvents: number;
  /** Times the PBX, or a module of it that we live on, was found to have been restarted. */
  restarts: number;
}

export type RejectOutcome = 'rejected' | 'gone' | 'failed';

/** One PBX with everything we may ask of it. Opens with `start`, ends with `close`. */
export interface Pbx {
  readonly name: string;
  start(): void;
  status(): PbxStatus;
  /** Hangs the call up with the policy's cause. */
  reject(call: CallEvent): Promise<RejectOutcome>;
  /** Lets a call go on that waits in the gate. Never rejects. */
  pass(call: CallEvent): Promise<PassOutcome>;
  /** What its gate looks up; undefined where the policy has no gate. */
  readonly gate: GateMemory | undefined;
  /** Tells the PBX to read its ACL files again. Rejects when the PBX says no or is away. */
  reloadAcl(): Promise<void>;
  close(): Promise<void>;
}
