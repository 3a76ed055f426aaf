import type { NotifyKind, NotifyPolicy } from '../policy/policy-notify.ts';
import { sendBySendmail, sendBySmtp } from './email.ts';
import { createGather } from './gather.ts';
import type { Message } from './message.ts';
import { SendError } from './send-error.ts';
import { post } from './webhook.ts';

/** One way to tell somebody. `tell` returns at once and never throws. */
export interface Channel {
  readonly policy: NotifyPolicy;
  tell(kind: NotifyKind, text: string): void;
  status(): ChannelStatus;
  /** Sends a message for trying it out, past the queue. Rejects with SendError. */
  test(): Promise<string>;
  close(): void;
}

export interface ChannelStatus {
  readonly name: string;
  /** `webhook, slack`, `smtp`, `sendmail`. */
  readonly way: string;
  readonly on: readonly NotifyKind[];
  /** Things that wait to be told. */
  readonly waiting: number;
  readonly sent: number;
  readonly lastSentAt?: number;
  /** Why the last try failed; absent when it did not. */
  readonly problem?: string;
  /** Things that were given up on since the start. */
  readonly lost: number;
}

export interface ChannelParts {
  readonly site: string;
  readonly now: () => number;
  /** Told once a message was tried in vain for a while. Must not throw. */
  readonly failed: (name: string, why: string) => void;
  /** Told when it works again. */
  readonly recovered: (name: string) => void;
}

/** First pause before a message is tried again; each is twice the one before. */
const AGAIN_MS = 5000;
const LONGEST_PAUSE_MS = 600_000;
/** Older news are no news. */
const GIVE_UP_MS = 6 * 3_600_000;
const TRIES_BEFORE_TOLD = 3;
/** Somebody sits before the terminal and waits; the command itself waits for 15 s. */
const TEST_MS = 12_000;

export function createChannel(policy: NotifyPolicy, parts: ChannelParts): Channel {
  const { now, site } = parts;
  const gather = createGather(policy);
  const ended = new AbortController();
  let pending: Message | undefined;
  let triedInVain = 0;
  let againAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let isSending = false;
  let sent = 0;
  let lost = 0;
  let untold = 0;
  let lastSentAt: number | undefined;
  let problem: string | undefined;

  function schedule(): void {
    if (isSending || ended.signal.aborted) return;
    const at = pending === undefined ? gather.dueAt(now()) : againAt;
    if (at === undefined) return;
    clearTimeout(timer);
    timer = setTimeout(() => void work(), Math.max(0, at - now())).unref();
  }

  async function work(): Promise<void> {
    isSending = true;
    const message = pending ?? { site, at: now(), items: gather.take(now()), lost: untold };
    if (pending === undefined) untold = 0;
    pending = message;
    try {
      await send(policy, message, ended.signal);
      if (problem !== undefined && triedInVain >= TRIES_BEFORE_TOLD) parts.recovered(policy.name);
      sent++;
      lastSentAt = now();
      pending = undefined;
      problem = undefined;
      triedInVain = 0;
    } catch (error) {
      if (!ended.signal.aborted) failed(error, message);
    } finally {
      isSending = false;
      schedule();
    }
  }

  function failed(error: unknown, message: Message): void {
    problem = error instanceof Error ? error.message : String(error);
    triedInVain++;
    const pause = Math.min(LONGEST_PAUSE_MS, AGAIN_MS * 2 ** (triedInVain - 1));
    const wanted = error instanceof SendError ? (error.againMs ?? 0) : 0;
    againAt = now() + Math.max(pause, Math.min(LONGEST_PAUSE_MS, wanted));
    if (triedInVain === TRIES_BEFORE_TOLD) parts.failed(policy.name, problem);
    if (now() - message.at < GIVE_UP_MS) return;
    const things = message.items.reduce((sum, { count }) => sum + count, 0);
    lost += things;
    untold += things + message.lost;
    pending = undefined;
  }

  return {
    policy,
    tell(kind, text) {
      if (!policy.on.includes(kind)) return;
      gather.add(kind, text, now());
      schedule();
    },
    status: () => ({
      name: policy.name,
      way: policy.kind === 'webhook' ? `webhook, ${policy.format}` : policy.kind,
      on: policy.on,
      waiting: gather.waiting + (pending?.items.reduce((sum, { count }) => sum + count, 0) ?? 0),
      sent,
      ...(lastSentAt === undefined ? {} : { lastSentAt }),
      ...(problem === undefined ? {} : { problem }),
      lost,
    }),
    test() {
      const text = 'this is a test of ghostgate: nothing happened';
      const items = [{ kind: 'test', count: 1, texts: [text] }] as const;
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(TEST_MS)]);
      return send(policy, { site, at: now(), items, lost: 0 }, signal);
    },
    close() {
      clearTimeout(timer);
      ended.abort();
    },
  };
}

async function send(policy: NotifyPolicy, message: Message, signal: AbortSignal): Promise<string> {
  if (policy.kind === 'webhook') return await post(policy, message, signal);
  if (policy.kind === 'sendmail') return await sendBySendmail(policy, message, signal);
  return await sendBySmtp(policy, message, signal);
}
