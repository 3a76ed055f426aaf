import type { SiteReport } from '../../src/fleet/site-report.ts';
import { seal } from '../../src/fleet/envelope.ts';
import { sealMessage } from '../../src/fleet/notice.ts';
import type { Lift, Notice } from '../../src/fleet/notice.ts';
import type { Order } from '../../src/fleet/order.ts';
import { sealOrder } from '../../src/fleet/order.ts';
import { createWatched } from '../../src/fleet/watched.ts';
import { noticeSubject, stateSubject } from '../../src/fleet/words.ts';
import type { Keys } from './nats.ts';
import { newKeys } from './nats.ts';
import { REPORT } from './site.ts';

export const OWN_VERSION = '1.2.0';

/** A report with other figures than usual. */
export function report(parts: Partial<SiteReport> = {}): SiteReport {
  // Of a site that has no policy of the operator's: what it gave up again would be a trouble.
  const { policy: _, ...well } = REPORT;
  return { ...well, version: OWN_VERSION, ...parts };
}

export interface StateAt {
  /** When it was heard, and when the site says it told it. */
  readonly at: number;
  readonly saidAt?: number;
  readonly isLive?: boolean;
  readonly unsent?: number;
  readonly by?: Keys;
}

/** What looks on at a fleet, and hands that make the fleet say something. */
export function watchScene() {
  const operator = newKeys();
  const keys = new Map<string, Keys>();
  const watched = createWatched(operator.key.publicKey, OWN_VERSION);
  let orders = 0;
  let numbers = 0;

  const order = (asked: Order, by = operator): Order | undefined =>
    watched.order(bytes(sealOrder(asked, by.key)), asked.at);

  const keysOf = (site: string): Keys => {
    const held = keys.get(site) ?? newKeys();
    keys.set(site, held);
    return held;
  };

  return {
    watched,
    operator,
    order,
    keysOf,
    add(...sites: string[]): void {
      for (const site of sites) {
        order({ order: 'site', site, key: keysOf(site).key.publicKey, at: ++orders });
      }
    },
    revoke(site: string, because: string): void {
      order({ order: 'revoke', site, because, at: ++orders });
    },
    state(site: string, said: Record<string, unknown> | SiteReport, when: StateAt): void {
      const { at, saidAt = at, isLive = false, unsent = 0, by = keysOf(site) } = when;
      const body = JSON.stringify({ site, at: saidAt, unsent, ...said });
      watched.state(stateSubject(site), bytes(seal('state', body, by.key)), at, isLive);
    },
    tell(site: string, told: readonly (Notice | Lift)[], at: number, by = keysOf(site)): void {
      const number = Math.max(at, ++numbers);
      const message = { site, number, after: number - 1, sentAt: at, told };
      watched.notice(noticeSubject(site), bytes(sealMessage(message, by.key)), at);
    },
    row(site: string, now: number) {
      return watched.rows(now, now).find((row) => row.site === site);
    },
  };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
