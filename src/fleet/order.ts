import { cleanText } from '../event/text.ts';
import type { Envelope } from './envelope.ts';
import { mapIn, seal } from './envelope.ts';
import type { SigningKey } from './nkey.ts';
import { publicKey } from './nkey.ts';
import { isTime } from './notice.ts';
import { whyUnallowable } from './shape.ts';
import { LONGEST_MS, SITE_NAME } from './words.ts';

/** What the operator of the fleet orders, signed with the operator's key. `at` grows with each. */
export type Order = SiteOrder | RevokeOrder | AllowOrder | UnbanOrder;

/** This site belongs to the fleet, and this is its key. */
export interface SiteOrder {
  readonly order: 'site';
  readonly at: number;
  readonly site: string;
  readonly key: string;
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
  const { order, at, site, key, networks, target, until } = map;
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
  if (typeof site !== 'string' || !SITE_NAME.test(site)) return undefined;
  if (order === 'revoke' && because !== undefined) return { order, at, site, because };
  if (order !== 'site' || typeof key !== 'string') return undefined;
  return publicKey(key) === undefined ? undefined : { order, at, site, key };
}

/** A message holds no more. */
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
