import { rollOf, takeOrder } from './inbox.ts';
import type { Link } from './link.ts';
import type { SigningKey } from './nkey.ts';
import type { AllowOrder, Allowed, Order, RevokeOrder, SiteOrder } from './order.ts';
import { sealOrder } from './order.ts';
import { OrderError, untilFirst } from './overtaken.ts';
import type { RolloutOrder } from './rollout-order.ts';
import { lastOf, put } from './stream.ts';
import { ALLOW, MOST_MESSAGE_BYTES, MOST_SKEW_MS, NOTICES, ORDERS } from './words.ts';
import { ROLLOUT, UNBAN, siteSubject } from './words.ts';

/**
 * The operator's orders. A standing one is made of what stands at that moment: when another
 * operator orders something between the reading and the putting, it is read and made anew, so that
 * nobody's order is lost unseen. Rejects with OrderError when others are quicker each time.
 */
export interface OperatorOrders {
  /** Orders it, whatever stands. */
  order(order: NewOrder): Promise<void>;
  /** The allow list in force. */
  allowed(): Promise<readonly Allowed[]>;
  changeAllowed<Why>(
    make: (before: readonly Allowed[]) => Made<NewOrder<AllowOrder>, Why>,
  ): Promise<Made<NewOrder<AllowOrder>, Why>>;
  /** Which version each ring is to have; undefined when nothing was ordered. */
  rollout(): Promise<RolloutOrder | undefined>;
  changeRollout<Why>(
    make: (standing: RolloutOrder | undefined) => Made<NewOrder<RolloutOrder>, Why>,
  ): Promise<Made<NewOrder<RolloutOrder>, Why>>;
  /** @param make is given the last order about this site */
  changeSite<Why>(
    site: string,
    make: (standing: AboutSite | undefined) => Made<NewOrder<AboutSite>, Why>,
  ): Promise<Made<NewOrder<AboutSite>, Why>>;
}

/** What is to stand, or why nothing is ordered. What makes it may be asked several times. */
export type Made<T, Why> = { readonly made: T } | { readonly why: Why };

export type NewOrder<T extends Order = Order> = T extends unknown ? Omit<T, 'at'> : never;
export type AboutSite = SiteOrder | RevokeOrder;

export function operatorOrders(
  link: Pick<Link, 'ask'>,
  key: SigningKey,
  now: () => number,
): OperatorOrders {
  const standing = async (subject: string) => {
    const stored = await lastOf(link, ORDERS, subject);
    if (stored === undefined) return { order: undefined, sequence: 0 };
    const roll = rollOf();
    const taken = takeOrder(stored.data, key.publicKey, roll, stored.at);
    return { order: 'took' in taken ? taken.took : undefined, sequence: stored.sequence };
  };

  const seal = (order: NewOrder, at: number): string => {
    const sealed = sealOrder({ ...order, at }, key);
    const bytes = Buffer.byteLength(sealed);
    if (bytes <= MOST_MESSAGE_BYTES) return sealed;
    throw new OrderError(
      `an ${order.order} order of ${bytes} bytes: ${MOST_MESSAGE_BYTES} are the most that a site reads`,
      'give shorter reasons, or join networks into wider ones',
    );
  };

  /**
   * Where the clock is so far ahead that no site would take it, it is put again by the server's.
   * Never later than by the clock here: nobody's word can make an order one of the future.
   */
  const send = async (order: NewOrder, before: number, after?: number): Promise<void> => {
    const [stream, subject] = placeOf(order);
    // Two orders within a millisecond, or a clock set back: the later must count all the same.
    const at = Math.max(now(), before + 1);
    const sequence = await put(link, subject, seal(order, at), after);
    const stored = await lastOf(link, stream, subject);
    if (stored?.sequence !== sequence || at <= stored.at + MOST_SKEW_MS) return;
    const again = after === undefined ? undefined : sequence;
    await put(link, subject, seal(order, Math.max(stored.at, before + 1)), again);
  };

  const change = <T extends NewOrder, Why>(
    subject: string,
    make: (standing: Order | undefined) => Made<T, Why>,
  ): Promise<Made<T, Why>> =>
    untilFirst(subject, async () => {
      const { order, sequence } = await standing(subject);
      const next = make(order);
      if ('why' in next) return next;
      await send(next.made, order?.at ?? 0, sequence);
      return next;
    });

  return {
    async order(order) {
      if (order.order === 'unban') await send(order, 0);
      else await change(placeOf(order)[1], () => ({ made: order }));
    },
    allowed: async () => networksOf((await standing(ALLOW)).order),
    changeAllowed: (make) => change(ALLOW, (order) => make(networksOf(order))),
    rollout: async () => rolloutOf((await standing(ROLLOUT)).order),
    changeRollout: (make) => change(ROLLOUT, (order) => make(rolloutOf(order))),
    changeSite: (site, make) => change(siteSubject(site), (order) => make(aboutSite(site, order))),
  };
}

/** Its stream and its subject. */
function placeOf(order: NewOrder): readonly [string, string] {
  if (order.order === 'unban') return [NOTICES, UNBAN];
  if (order.order === 'allow') return [ORDERS, ALLOW];
  return [ORDERS, order.order === 'rollout' ? ROLLOUT : siteSubject(order.site)];
}

function networksOf(order: Order | undefined): readonly Allowed[] {
  return order?.order === 'allow' ? order.networks : [];
}

function rolloutOf(order: Order | undefined): RolloutOrder | undefined {
  return order?.order === 'rollout' ? order : undefined;
}

/** Who runs the server can put one site's order where another's stands. */
function aboutSite(site: string, order: Order | undefined): AboutSite | undefined {
  if (order?.order !== 'site' && order?.order !== 'revoke') return undefined;
  return order.site === site ? order : undefined;
}
