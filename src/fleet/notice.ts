import type { Proof } from '../event/sip-event.ts';
import type { Envelope } from './envelope.ts';
import { mapIn, seal } from './envelope.ts';
import type { SigningKey } from './nkey.ts';
import { LONGEST_MS, MOST_ITEMS, SITE_NAME } from './words.ts';

/** A ban told to the other sites. Nothing of the customer is in it: no number, account or name. */
export interface Notice {
  readonly target: string;
  readonly rule: string;
  readonly proof: Proof;
  /** Milliseconds since the epoch, like every time here. */
  readonly until: number;
}

/** A site takes back what it told: a person there let the source in again. */
export interface Lift {
  readonly target: string;
  readonly lift: true;
}

/** What a site sends at once. */
export interface Message {
  readonly site: string;
  /** Grows with each message of the site, over its restarts. */
  readonly number: number;
  /** The number before it: who has heard less has missed something. */
  readonly after: number;
  readonly sentAt: number;
  readonly told: readonly (Notice | Lift)[];
}

export function sealMessage(message: Message, key: SigningKey): string {
  return seal('notice', JSON.stringify({ v: 1, ...message }), key);
}

/** The message in an envelope; undefined when it is none. Targets are checked by whoever uses them. */
export function readMessage(envelope: Envelope): Message | undefined {
  const map = mapIn(envelope);
  if (map === undefined) return undefined;
  const { site, number, after, sentAt, told } = map;
  if (typeof site !== 'string' || !SITE_NAME.test(site)) return undefined;
  if (map['v'] !== 1 || !isTime(number) || !isTime(after) || !isTime(sentAt)) return undefined;
  if (after >= number || !Array.isArray(told) || told.length > MOST_ITEMS) return undefined;
  const items = told.map((item) => readItem(item, sentAt));
  const whole = items.filter((item) => item !== undefined);
  if (whole.length !== items.length) return undefined;
  return { site, number, after, sentAt, told: whole };
}

/** What goes into a message, as the outbox keeps it. */
export function readItem(value: unknown, sentAt: number): Notice | Lift | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { target, lift, rule, proof, until }: Record<string, unknown> = { ...value };
  if (typeof target !== 'string' || target.length > MOST_TARGET_CHARS) return undefined;
  if (lift === true) return { target, lift };
  if (typeof rule !== 'string' || !RULE.test(rule) || !isTime(until)) return undefined;
  if (proof !== 'proven' && proof !== 'forgeable') return undefined;
  return { target, rule, proof, until: Math.min(until, sentAt + LONGEST_MS) };
}

const RULE = /^[a-z][a-z0-9-]{0,31}$/;
const MOST_TARGET_CHARS = 49;

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
