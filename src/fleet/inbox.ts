import type { Envelope } from './envelope.ts';
import { isSignedBy, openEnvelope } from './envelope.ts';
import type { Freed, Kept, Member } from './memory.ts';
import type { Message } from './notice.ts';
import { readMessage } from './notice.ts';
import type { Order } from './order.ts';
import { readOrder } from './order.ts';
import { whyUntellable } from './shape.ts';
import { MOST_SKEW_MS } from './words.ts';

/** What was made of something read from NATS. `gap`: something before it has not been seen. */
export type Taken<T> =
  | { readonly took: T }
  | { readonly known: true }
  | { readonly gap: true }
  | { readonly refused: string };

/** What is known of the fleet, apart from what it says: who belongs to it and how far each was heard. */
export interface Roll {
  /** By site. */
  readonly members: Map<string, Member>;
  readonly heard: Map<string, number>;
  /** By target. */
  readonly freed: Map<string, Freed>;
  /** Of the allow list in force, and of which ring is to have which base. */
  allowAt: number;
  rolloutAt: number;
}

/** @param kept from before; nothing when left out */
export function rollOf(kept: Pick<Kept, 'members' | 'heard' | 'freed'> = NOTHING): Roll {
  return {
    members: new Map(kept.members.map((member) => [member.site, member])),
    heard: new Map(kept.heard),
    freed: new Map(kept.freed.map((freed) => [freed.target, freed])),
    allowAt: 0,
    rolloutAt: 0,
  };
}

const NOTHING = { members: [], heard: new Map<string, number>(), freed: [] };

/**
 * Reads one message of a site. Pure: the roll is looked at and not changed.
 * @param from the site whose subject it came by
 * @param receivedAt when this site got it, or the server, for one read from the stream
 * @param live came as it was sent: whatever is missing before it can still be read
 */
export function takeMessage(
  data: Uint8Array,
  from: string,
  roll: Roll,
  receivedAt: number,
  live: boolean,
  reader: Reader = READER,
): Taken<Message> {
  const read = reader.read(data);
  if (read === undefined) return { refused: 'no notice' };
  const { envelope, message } = read;
  const { site, number, after, sentAt } = message;
  if (site !== from) return { refused: `it names ${site} as its sender` };
  const heard = roll.heard.get(site) ?? 0;
  if (number <= heard) return { known: true };
  const key = roll.members.get(site)?.key;
  if (key === undefined) {
    const isRevoked = roll.members.has(site);
    return { refused: isRevoked ? 'the site is revoked' : 'no site of the fleet' };
  }
  const skew = skewOf(sentAt, number, receivedAt);
  if (skew !== undefined) return { refused: skew };
  if (!reader.isSigned(envelope, key)) return { refused: "not signed with the site's key" };
  return live && after > heard ? { gap: true } : { took: message };
}

/** What of a message is the same for every site: a simulation of many in one process does it once. */
export interface Reader {
  read(data: Uint8Array): { readonly envelope: Envelope; readonly message: Message } | undefined;
  isSigned(envelope: Envelope, key: string): boolean;
  whyUntellable(target: string, v6Bits: number): string | undefined;
}

export const READER: Reader = {
  read(data) {
    const envelope = openEnvelope(data);
    const message = envelope === undefined ? undefined : readMessage(envelope);
    return envelope === undefined || message === undefined ? undefined : { envelope, message };
  },
  isSigned: (envelope, key) => isSignedBy('notice', envelope, key),
  whyUntellable,
};

/** Why the clocks are too far apart; the limit and both sides are told. */
function skewOf(sentAt: number, number: number, receivedAt: number): string | undefined {
  const ahead = Math.max(sentAt, number) - receivedAt;
  const behind = receivedAt - sentAt;
  const off = Math.max(ahead, behind);
  if (off <= MOST_SKEW_MS) return undefined;
  const seconds = Math.round(off / 1000);
  const which = ahead > behind ? 'in the future' : 'ago';
  return `sent ${seconds} s ${which} by its clock, ${MOST_SKEW_MS / 1000} s is the most: look at the clock of both sites`;
}

/** Reads one order: the operator's, newer than the last of its kind. Pure, like takeMessage. */
export function takeOrder(
  data: Uint8Array,
  operator: string,
  roll: Roll,
  receivedAt: number,
): Taken<Order> {
  const envelope = openEnvelope(data);
  if (envelope === undefined) return { refused: 'no order' };
  if (!isSignedBy('order', envelope, operator)) {
    return { refused: "not signed with the operator's key" };
  }
  const order = readOrder(envelope);
  if (order === undefined) return { refused: 'an order this ghostgate does not know' };
  if (order.at > receivedAt + MOST_SKEW_MS) return { refused: 'an order from the future' };
  return order.at <= lastAt(order, roll) ? { known: true } : { took: order };
}

function lastAt(order: Order, roll: Roll): number {
  if (order.order === 'allow') return roll.allowAt;
  if (order.order === 'rollout') return roll.rolloutAt;
  if (order.order === 'unban') return roll.freed.get(order.target)?.at ?? 0;
  return roll.members.get(order.site)?.at ?? 0;
}
