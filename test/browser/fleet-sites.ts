import type { FleetLook } from '../../src/web/fleet-app.ts';
import type { SiteReport } from '../../src/fleet/site-report.ts';
import type { SitePolicy } from '../../src/judge/fleet-view.ts';
import { report, watchScene } from '../fleet/watch-scene.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const CUSTOMERS = [
  'acme',
  'jansen',
  'delta',
  'hotel-krasnapolsky',
  'gemeente-oss',
  'bakker',
  'noord',
];
const PLACES = ['hq', 'depot', 'amsterdam', 'rotterdam', 'store', 'call-center', 'lab'];

/** A fleet of real signed reports: most are well, some are not, one was looked at for a whole day. */
export function busyFleet(sites: number): FleetLook & { readonly names: readonly string[] } {
  const scene = watchScene();
  const now = Date.now();
  const names = Array.from({ length: sites }, (_, at) => {
    const place = PLACES[Math.floor(at / CUSTOMERS.length) % PLACES.length] ?? '';
    const nth = Math.floor(at / CUSTOMERS.length / PLACES.length);
    return `${CUSTOMERS[at % CUSTOMERS.length] ?? ''}-${place}${nth === 0 ? '' : `-${nth + 1}`}`;
  });
  scene.add(...names);
  for (const [at, site] of names.entries()) {
    const age = (at * 7919) % 55_000;
    if (at % 331 === 17) continue; // never heard
    const isSilent = at % 401 === 8;
    const last = isSilent ? now - 3 * HOUR : at % 97 === 11 ? now - 2 * MINUTE : now - age;
    const steps = at === 0 ? 144 : 2;
    for (let step = 0; step < steps; step++) {
      const seen = last - (steps - 1 - step) * (at === 0 ? 10 * MINUTE : 50 * MINUTE);
      scene.state(site, reportOf(at, step, now), {
        at: seen,
        saidAt: seen - (at % 203 === 5 ? 40 * MINUTE : 0),
      });
    }
    if (at % 3 !== 0 && at !== 0) continue;
    const count = at === 0 ? 40 : 2;
    const told = Array.from({ length: count }, (__, nth) => ({
      target: `198.51.${(at + nth) % 90}.${(nth * 37 + at) % 250}`,
      rule: ['auth-failure', 'account-sweep', 'stranger-call', 'number-sweep'][nth % 4] ?? '',
      proof: nth % 3 === 0 ? ('forgeable' as const) : ('proven' as const),
      until: now + (nth + 1) * HOUR,
    }));
    for (let from = 0; from < told.length; from += 20) {
      scene.tell(site, told.slice(from, from + 20), now - (told.length - from) * MINUTE - at);
    }
  }
  const { watched } = scene;
  const since = now - 25 * HOUR;
  return {
    names,
    view() {
      const at = Date.now();
      const rows = watched.rows(at, at);
      const link = { state: 'up', since } as const;
      return { since, now: at, link, isCaughtUp: true, totals: watched.totals(rows), sites: rows };
    },
    site: (name) => watched.site(name, Date.now(), Date.now()),
  };
}

/** One site of the first ring gave up what it had taken. */
function policyOf(at: number, now: number): SitePolicy {
  const ring = at % 20 === 2 ? 'canary' : 'all';
  const why = '3 calls were rejected whose source had good ones before';
  const gone = at === 322 ? { rolledBack: { version: 8, why } } : {};
  const version = ring === 'canary' && at !== 322 ? 8 : 7;
  return { ring, version, takenAt: now - HOUR, goodLastHour: 30, ...gone };
}

function reportOf(at: number, step: number, now: number): SiteReport {
  const wave = 1 + Math.sin(step / 23);
  const grown = (each: number): number => Math.round(each * step * wave) + at;
  const mode = at % 11 === 6 ? 'observe' : 'enforce';
  const rang = at % 211 === 3 && mode === 'enforce' ? step * 2 : 0;
  const seen = at % 4 === 0 ? grown(3) : at % 9 === 0 ? grown(41) : at;
  const rejected = mode === 'observe' ? 0 : seen + rang * 3;
  return report({
    version: at % 13 === 4 ? '1.1.4' : '1.2.0',
    mode,
    startedAt: now - 40 * HOUR,
    bans: (at * 31) % 190,
    sources: 900 + at,
    verdicts: { pass: grown(30), watch: grown(2), reject: rejected, ban: grown(1) },
    calls: {
      judged: grown(40),
      good: grown(30),
      rejected,
      rang,
    },
    breaker: { refused: at % 5, overBudget: 0 },
    pbxs: [
      {
        name: at % 2 === 0 ? 'asterisk' : 'fusion',
        kind: at % 2 === 0 ? 'asterisk' : 'freeswitch',
        state: at % 157 === 21 ? 'connecting' : 'up',
        since: now - 39 * HOUR,
      },
      ...(at % 29 === 1
        ? [{ name: 'backup', kind: 'asterisk', state: 'up', since: now - 39 * HOUR }]
        : []),
    ],
    ...(at % 251 === 40
      ? { problem: 'policy.yaml:12:7 trunks[0].sources[1]: not an address' }
      : {}),
    ...(at % 3 === 0 ? {} : { policy: policyOf(at, now) }),
    notices:
      at % 6 === 0
        ? [
            `account 20${at % 10} at 203.0.113.50 fails to register since 09:12: its password is stale`,
          ]
        : [],
  });
}
