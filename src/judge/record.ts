import type { EventKind, Proof, Transport } from '../event/sip-event.ts';
import type { Answer, Ban } from './verdict.ts';

/** One judged event as `explain` tells it: the fields of the log line. */
export interface VerdictRow {
  readonly seenAt: number;
  readonly pbx: string;
  readonly event: EventKind;
  readonly address: string;
  readonly port: number;
  readonly transport: Transport;
  readonly target: string;
  readonly verdict: Answer;
  readonly rule: string;
  readonly why: string;
  readonly proof: Proof;
  readonly account?: string;
  readonly callingNumber?: string;
  readonly callingName?: string;
  readonly calledNumber?: string;
  readonly userAgent?: string;
  readonly callId?: string;
  readonly channel?: string;
}

/** What the operator was told, and when it was told first (ms since the epoch). */
export interface NoticeRow {
  readonly at: number;
  readonly text: string;
}

/** A ban with how it ended, if it did. */
export interface BanRecord extends Ban {
  readonly ended?: {
    readonly how: 'released' | 'expired';
    readonly at: number;
    readonly by?: string;
    readonly because?: string;
  };
}
