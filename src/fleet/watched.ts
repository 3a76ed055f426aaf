import type { FleetTotals, SiteRow, SiteView } from '../judge/fleet-view.ts';
import { openEnvelope } from './envelope.ts';
import type { Roll } from './inbox.ts';
import { rollOf, takeMessage, takeOrder } from './inbox.ts';
import type { HeardState } from './heard-state.ts';
import { isLater, readState } from './heard-state.ts';
import { increase } from './increase.ts';
import type { Minutes } from './minutes.ts';
import { createMinutes } from './minutes.ts';
import { newestVersion } from './newest.ts';
import { readMessage } from './notice.ts';
import type { Order } from './order.ts';
import { createSiteBudget } from './site-budget.ts';
import { rowOf } from './site-row.ts';
import { createToldByAll } from './told.ts';
import { totalsOf } from './totals.ts';
import { siteOf, siteOfState } from './words.ts';

/** All that is known of the fleet by looking on. No I/O; every time is an argument. */
export interface Watched {
  /** An order of the operator's; undefined when it is none, or is known. */
  order(data: Uint8Array, at: number): Order | undefined;
  /**
   * How a site says it is.
   * @param at when it was heard, or when the server got it
   * @param isLive came as it was sent: of a site that floods, one report in three seconds is looked at
   */
  state(subject: string, data: Uint8Array, at: number, isLive: boolean): void;
  /** What a site says of sources. */
  notice(subject: string, data: Uint8Array, at: number): void;
  expire(now: number): void;
  /** @param until up to when the sites could be heard: the loss of NATS, or now */
  rows(now: number, until: number): readonly SiteRow[];
  totals(rows: readonly SiteRow[]): FleetTotals;
  site(name: string, now: number, until: number): SiteView | undefined;
}

interface Site {
  heard: HeardState | undefined;
  minutes: Minutes | undefined;
  lookedAt: number;
  revokedBecause: string | undefined;
}

/** @param version of this program, which no site's own word makes look old */
export function createWatched(operator: string, version: string): Watched {
  const roll: Roll = rollOf();
  const sites = new Map<string, Site>();
  const told = createToldByAll();
  const budget = createSiteBudget(() => MOST_A_MINUTE);

  const rowFor = (site: string, own: Site, now: number, until: number, newest: string): SiteRow => {
    const known = {
      site,
      isRevoked: roll.members.get(site)?.key === undefined,
      heard: own.heard,
      hour: own.minutes?.lastHour(now),
    };
    return rowOf(known, until, newest);
  };
  const newest = (): string =>
    newestVersion(
      [...sites].flatMap(([site, { heard }]) =>
        heard === undefined || roll.members.get(site)?.key === undefined
          ? []
          : [heard.report.version],
      ),
      version,
    );

  return {
    order(data, at) {
      const taken = takeOrder(data, operator, roll, at);
      if (!('took' in taken)) return undefined;
      const { took } = taken;
      if (took.order === 'allow') roll.allowAt = took.at;
      else if (took.order === 'unban') told.clear(took.target);
      else if (took.order === 'site' || took.order === 'revoke') {
        const { site } = took;
        if (!sites.has(site) && sites.size >= MOST_SITES) return undefined;
        const key = took.order === 'site' ? took.key : undefined;
        roll.members.set(site, { site, key, at: took.at });
        const own = sites.get(site) ?? newSite();
        own.revokedBecause = took.order === 'revoke' ? took.because : undefined;
        sites.set(site, own);
        if (key === undefined) told.forget(site);
      }
      return took;
    },
    state(subject, data, at, isLive) {
      const site = siteOfState(subject) ?? '';
      const own = sites.get(site);
      const key = roll.members.get(site)?.key;
      if (own === undefined || key === undefined) return;
      if (isLive && at - own.lookedAt < LOOK_MS && at >= own.lookedAt) return;
      if (isLive) own.lookedAt = at;
      const next = readState(data, site, key, at);
      if (next === undefined) return;
      const { heard } = own;
      if (heard !== undefined && !isLater(heard, next)) return;
      own.heard = next;
      const grown = heard === undefined ? undefined : increase(heard, next);
      if (grown !== undefined) (own.minutes ??= createMinutes()).add(grown);
    },
    notice(subject, data, at) {
      const site = siteOf(subject) ?? '';
      if (!sites.has(site) || !budget.spend(site, at)) return;
      // What is over is dropped before its signature costs anything: most of a stream of a month.
      const envelope = openEnvelope(data);
      const message = envelope === undefined ? undefined : readMessage(envelope);
      const isOver = message?.told.every((item) => !('lift' in item) && item.until <= at);
      if (message === undefined || isOver === true) return;
      // The same message again says the same: numbers are not looked at.
      const anyNumber = { ...roll, heard: new Map<string, number>() };
      const taken = takeMessage(data, site, anyNumber, at, false);
      if ('took' in taken) told.take(taken.took, at);
    },
    expire: (now) => told.expire(now),
    rows(now, until) {
      const latest = newest();
      return [...sites]
        .map(([site, own]) => rowFor(site, own, now, until, latest))
        .toSorted(
          (a, b) =>
            Number(a.state === 'revoked') - Number(b.state === 'revoked') ||
            b.rank - a.rank ||
            b.troubles.length - a.troubles.length ||
            a.site.localeCompare(b.site),
        );
    },
    totals: (rows) => totalsOf(rows, told.sources),
    site(name, now, until) {
      const own = sites.get(name);
      if (own === undefined) return undefined;
      const row = rowFor(name, own, now, until, newest());
      const { heard, revokedBecause } = own;
      const facts =
        heard === undefined
          ? {}
          : {
              startedAt: heard.report.startedAt,
              sources: heard.report.sources,
              verdicts: heard.report.verdicts,
              calls: heard.report.calls,
              breaker: heard.report.breaker,
            };
      return {
        row,
        ...facts,
        notices: heard?.report.notices ?? [],
        ...(revokedBecause === undefined ? {} : { revokedBecause }),
        past: (own.minutes ?? createMinutes()).past(now),
        told: told.by(name, MOST_SHOWN),
        toldInAll: told.countBy(name),
        others: told.byOthers(name, MOST_SHOWN),
      };
    },
  };
}

function newSite(): Site {
  return {
    heard: undefined,
    minutes: undefined,
    lookedAt: Number.NEGATIVE_INFINITY,
    revokedBecause: undefined,
  };
}

const LOOK_MS = 3000;
/** Messages of one site, of up to 32 notices each: a flood costs no more than their signatures. */
const MOST_A_MINUTE = 300;
const MOST_SITES = 5000;
const MOST_SHOWN = 100;
