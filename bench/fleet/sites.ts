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
      readonly operator: string;
      readonly sites: readonly {
        readonly site: string;
        readonly seed: string;
        readonly url: string;
      }[];
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
  /** Connections lost so far, readings that failed, messages refused. */
  readonly losses: number;
  readonly failures: number;
  readonly refused: number;
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
const GULP_MS = 25;
const fleets = new Map<string, Fleet>();
const targets: Record<string, Seen> = {};
/** Targets of which something was seen since the last report. */
const news = new Set<string>();
const counts = { losses: 0, failures: 0, refused: 0 };

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
  for (const { site, seed, url } of told.sites) {
    const key = signingKey(seed);
    if (key === undefined) throw new Error('no seed');
    const fleet = createFleet({
      site,
      key,
      operator: told.operator,
      reach: { servers: [url], caFile: undefined },
      memory: memoryOnly(kept),
      settings: () => SETTINGS,
      wishes: {
        shutOut(target) {
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
      on: {
        link: ({ state }) => void (counts.losses += state === 'up' ? 0 : 1),
        refused: () => void counts.refused++,
        failed: () => void counts.failures++,
      },
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
    ...counts,
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

/**
 * A thousand sockets, each woken for one small message, are work that no real site has: they are
 * read in gulps. Twenty-five milliseconds are part of what is measured, then.
 */
const nothing = new Int32Array(new SharedArrayBuffer(4));
let gulpedAt = performance.now();
setInterval(() => {
  if (performance.now() - gulpedAt < 3 * GULP_MS) Atomics.wait(nothing, 0, 0, GULP_MS);
  gulpedAt = performance.now();
}, 1);
