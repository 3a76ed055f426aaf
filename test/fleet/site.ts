import { setTimeout as pause } from 'node:timers/promises';
import type { WantedBase } from '../../src/fleet/centre.ts';
import type { Fleet } from '../../src/fleet/fleet.ts';
import { createFleet } from '../../src/fleet/fleet.ts';
import type { FleetMemory } from '../../src/fleet/memory.ts';
import type { Decision } from '../../src/fleet/quorum.ts';
import type { SiteReport } from '../../src/fleet/site-report.ts';
import type { Keys } from './nats.ts';

/** A notice that holds for an hour, of a source whose address is certain. */
export function proven(target: string) {
  return { target, rule: 'flood', proof: 'proven' as const, until: Date.now() + 3_600_000 };
}

/** One site's part in the fleet, with what it was asked to do. */
export interface TestSite {
  readonly fleet: Fleet;
  readonly bans: Map<string, Decision>;
  readonly freed: string[];
  readonly ended: string[];
  readonly allowed: string[];
  readonly refusals: string[];
  /** What the operator wants of its policy, each time it was said. */
  readonly wanted: WantedBase[];
  /** How often each target was asked to be shut out. */
  readonly asked: Map<string, number>;
}

export const REPORT: SiteReport = {
  version: 'test',
  mode: 'enforce',
  startedAt: 1,
  bans: 2,
  sources: 3,
  verdicts: { pass: 4, watch: 5, reject: 6, ban: 7 },
  calls: { judged: 8, good: 9, rejected: 10, rang: 11 },
  breaker: { refused: 12, overBudget: 13 },
  pbxs: [{ name: 'pbx1', kind: 'asterisk', state: 'up', since: 14 }],
  notices: ['look here'],
  policy: {
    ring: 'canary',
    version: 4,
    takenAt: 15,
    goodLastHour: 16,
    refused: { version: 6, why: 'no such rule' },
    rolledBack: { version: 5, why: 'good calls were rejected' },
  },
};

export const ACCEPT = { provenFrom: 1, forgeableFrom: 3, sitePerMinute: 10_000 };

export function openSite(
  site: string,
  { key }: Keys,
  operator: Keys,
  url: string,
  memory: FleetMemory,
  accept = ACCEPT,
  summary = (): SiteReport => REPORT,
  {
    now = Date.now,
    ...reach
  }: { readonly caFile?: string; readonly pingMs?: number; readonly now?: () => number } = {},
): TestSite {
  const bans = new Map<string, Decision>();
  const asked = new Map<string, number>();
  const freed: string[] = [];
  const ended: string[] = [];
  const allowed: string[] = [];
  const refusals: string[] = [];
  const wanted: WantedBase[] = [];
  const fleet = createFleet({
    site,
    key,
    operator: operator.key.publicKey,
    reach: { servers: [url], caFile: undefined, ...reach },
    memory,
    settings: () => ({ accept, v6Bits: 64 }),
    wishes: {
      shutOut(target, decision) {
        bans.set(target, decision);
        asked.set(target, (asked.get(target) ?? 0) + 1);
      },
      notAnyMore(target) {
        if (bans.delete(target)) ended.push(target);
      },
      free({ target }) {
        bans.delete(target);
        freed.push(target);
      },
      allow(networks) {
        allowed.splice(0, allowed.length, ...networks);
      },
      base: (each) => void wanted.push(each),
    },
    summary,
    on: {
      link() {},
      refused: (from, why) => void refusals.push(`${from}: ${why}`),
      failed() {},
    },
    now,
  });
  return { fleet, bans, freed, ended, allowed, refusals, asked, wanted };
}

/** Waits until it holds; a test that fails here says what never did. */
export async function until(what: string, holds: () => boolean, mostMs = 20_000): Promise<void> {
  const late = performance.now() + mostMs;
  while (!holds()) {
    if (performance.now() > late) throw new Error(`it never came to this: ${what}`);
    await pause(10);
  }
}
