import type { Refusal } from './refusal.ts';

/** Those who are told. */
export interface NotifyControl {
  channels(): readonly ChannelReport[];
  /** Sends each, or the one of this name, a message now. */
  test(name?: string): Promise<readonly TestReport[] | Refusal>;
}

/** The part of notify/'s ChannelStatus that is shown. */
export interface ChannelReport {
  readonly name: string;
  readonly way: string;
  readonly on: readonly string[];
  /** Things that wait to be told, messages sent, things given up on since the start. */
  readonly waiting: number;
  readonly sent: number;
  readonly lost: number;
  readonly lastSentAt?: number;
  readonly problem?: string;
}

export interface TestReport {
  readonly name: string;
  readonly ok: boolean;
  /** What the receiver said, or why it was not sent. */
  readonly said: string;
}
