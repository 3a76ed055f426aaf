import { createFleet } from '../../src/fleet/fleet.ts';
import type { Fleet } from '../../src/fleet/fleet.ts';
import type { Member } from '../../src/fleet/memory.ts';
import { signingKey } from '../../src/fleet/nkey.ts';
import { REPORT } from '../../test/fleet/site.ts';
import { memoryOnly } from './memory.ts';
import { sharedReader } from './reader.ts';

/** Told to a process that holds some of the sites. */
export type Told =
  | {
      readonly do: 'open';
      readonly url: string;
      readonly operator: string;
      readonly sites: readonly { readonly site: string; readonly seed: string }[];
      readonly members: readonly Member[];
      readonly orders: number;
    }
  | { readonly do: 'tell'; readonly site: string; readonly target: string }
  | { readonly do: 'report' }
  | { readonly do: 'stop' };

export interface Report {
  readonly up: number;
  readonly caughtUpAt: number;
  readonly unsent: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly asked: number;
  /** By target: how many sites shut it out, when the last did, and when it was told if here. */
  readonly targets: Readonly<Record<string, Seen>>;
}

export interface Seen {
  sites: number;
  lastAt: number;
  toldAt?: number;
}

const SETTINGS = {
  accept: { provenFrom: 1, forgeableFrom: 3, sitePerMinute: 120 },
  v6Bits: 64,
};
const fleets = new Map<string, Fleet>();
const targets: Record<string, Seen> = {};
/** Targets of which something was seen since the last report. */
const news = new Set<string>();
let asked = 0;

function at(): number {
  return performance.timeOrigin + performance.now();
}

function open(told: Extract<Told, { do: 'open' }>): void {
  const reader = sharedReader();
  const kept = {
    members: told.members,
    heard: new Map<string, number>(),
    claims: [],
    freed: [],
    facts: new Map([['GHOSTGATE_ORDERS', String(told.orders)]]),
  };
  for (const { site, seed } of told.sites) {
    const key = signingKey(seed);
    if (key === undefined) throw new Error('no seed');
    const fleet = createFleet({
      site,
      key,
      operator: told.operator,
      reach: { servers: [told.url], caFile: undefined },
      memory: memoryOnly(kept),
      settings: () => SETTINGS,
      wishes: {
        shutOut(target) {
          asked++;
          news.add(target);
          const seen = (targets[target] ??= { sites: 0, lastAt: 0 });
          seen.sites++;
          seen.lastAt = at();
        },
        notAnyMore() {},
        free() {},
        allow() {},
      },
      summary: () => REPORT,
      on: { link() {}, refused() {}, failed() {} },
      now: Date.now,
      reader,
    });
    fleets.set(site, fleet);
  }
}

function report(): Report {
  const states = [...fleets.values()].map((fleet) => fleet.report());
  const { user, system } = process.cpuUsage();
  const fresh = [...news].flatMap((target) => {
    const seen = targets[target];
    return seen === undefined ? [] : [[target, { ...seen }] as const];
  });
  news.clear();
  return {
    up: states.filter(({ link }) => link.state === 'up').length,
    caughtUpAt: Math.min(...states.map(({ caughtUpAt = 0 }) => caughtUpAt)),
    unsent: states.reduce((sum, { unsent }) => sum + unsent, 0),
    cpuMs: (user + system) / 1000,
    rssMb: process.memoryUsage().rss / 1024 ** 2,
    asked,
    targets: Object.fromEntries(fresh),
  };
}

process.on('message', (told: Told) => {
  if (told.do === 'open') open(told);
  else if (told.do === 'tell') {
    const seen = (targets[told.target] ??= { sites: 0, lastAt: 0 });
    seen.toldAt = at();
    news.add(told.target);
    const until = Date.now() + 3_600_000;
    fleets.get(told.site)?.tell({ target: told.target, rule: 'flood', proof: 'proven', until });
  } else if (told.do === 'report') process.send?.(report());
  else process.exit(0);
});
