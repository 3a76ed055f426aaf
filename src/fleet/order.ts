import { cleanText } from '../event/text.ts';
import type { Envelope } from './envelope.ts';
import { mapIn, seal } from './envelope.ts';
import type { SigningKey } from './nkey.ts';
import { publicKey } from './nkey.ts';
import { isTime } from './notice.ts';
import type { RolloutOrder } from './rollout-order.ts';
import { readRings } from './rollout-order.ts';
import { whyUnallowable } from './shape.ts';
import { LONGEST_MS, RING_NAME, SITE_NAME } from './words.ts';

/** What the operator of the fleet orders, signed with the operator's key. `at` grows with each. */
export type Order = SiteOrder | RevokeOrder | AllowOrder | UnbanOrder | RolloutOrder;

/** This site belongs to the fleet, and this is its key. */
export interface SiteOrder {
  readonly order: 'site';
  readonly at: number;
  readonly site: string;
  readonly key: string;
  /** Absent: in no ring but the last. */
  readonly ring?: string;
}

/** Nothing of this site counts any more. */
export interface RevokeOrder {
  readonly order: 'revoke';
  readonly at: number;
  readonly site: string;
  readonly because: string;
}

/** The whole list of networks that no site may shut out. */
export interface AllowOrder {
  readonly order: 'allow';
  readonly at: number;
  readonly networks: readonly Allowed[];
}

export interface Allowed {
  readonly network: string;
  readonly because: string;
}

/** Every site lets the source in again, and no rule or notice shuts it out before `until`. */
export interface UnbanOrder {
  readonly order: 'unban';
  readonly at: number;
  readonly target: string;
  readonly because: string;
  readonly until: number;
}

export function sealOrder(order: Order, key: SigningKey): string {
  return seal('order', JSON.stringify({ v: 1, ...order }), key);
}

/** The order in an envelope; undefined when it is none. */
export function readOrder(envelope: Envelope): Order | undefined {
  const map = mapIn(envelope);
  if (map === undefined || map['v'] !== 1 || !isTime(map['at'])) return undefined;
  const { order, at, site, key, ring, networks, target, until } = map;
  const because = reason(map['because']);
  if (order === 'allow' && Array.isArray(networks) && networks.length <= MOST_ALLOWED) {
    const allowed = networks.map(readAllowed).filter((one) => one !== undefined);
    return allowed.length === networks.length ? { order, at, networks: allowed } : undefined;
  }
  if (order === 'unban') {
    if (typeof target !== 'string' || whyUnallowable(target) !== undefined) return undefined;
    if (because === undefined || !isTime(until)) return undefined;
    return { order, at, target, because, until: Math.min(until, at + LONGEST_MS) };
  }
  if (order === 'rollout') {
    const rings = readRings(map['rings']);
    const soakSeconds = map['soakSeconds'];
    if (rings === undefined || because === undefined || !isTime(soakSeconds)) return undefined;
    return { order, at, rings, soakSeconds, because };
  }
  if (typeof site !== 'string' || !SITE_NAME.test(site)) return undefined;
  if (order === 'revoke' && because !== undefined) return { order, at, site, because };
  if (order !== 'site' || typeof key !== 'string') return undefined;
  if (publicKey(key) === undefined) return undefined;
  if (ring === undefined) return { order, at, site, key };
  // A name that is none must not put the site into another ring.
  if (typeof ring !== 'string' || !RING_NAME.test(ring)) return undefined;
  return { order, at, site, key, ring };
}

/** One that this site kept as plain JSON of itself, to go on by it after a restart. */
export function keptOrder(text: string | undefined): Order | undefined {
  if (text?.startsWith('{') !== true) return undefined;
  return readOrder({ signature: '', body: `{"v":1,${text.slice(1)}` });
}

/** However short their reasons are. */
export const MOST_ALLOWED = 150;
const MOST_REASON_CHARS = 60;

function readAllowed(value: unknown): Allowed | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { network, because }: Record<string, unknown> = { ...value };
  const why = reason(because);
  if (typeof network !== 'string' || network.length > 49 || why === undefined) return undefined;
  return whyUnallowable(network) === undefined ? { network, because: why } : undefined;
}

/** A person's words, as far as they are carried. */
export function reason(value: unknown): string | undefined {
  return typeof value === 'string' ? cleanText(value.trim(), MOST_REASON_CHARS) : undefined;
}
