import type { Fleet } from '../fleet/fleet.ts';
import type { Ban } from '../judge/verdict.ts';
import type { World } from '../judge/world.ts';
import type { LoadOne } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';
import type { FleetReport } from '../web/fleet-report.ts';
import type { StatusReport } from '../web/status-report.ts';
import type { BaseKeeping } from './base-keeping.ts';
import { fleetBan, setFree, shouldReplace } from './fleet-ban.ts';
import type { FreeKnown } from './free-known.ts';
import type { Ledger } from './ledger.ts';
import type { LineCounts } from './line-counts.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';
import type { Release } from './release.ts';
import type { Shutter } from './shutter.ts';
import { siteReport } from './site-report.ts';
import type { Surroundings } from './surroundings.ts';

export interface FleetKeepingParts {
  readonly policy: () => Policy;
  readonly world: () => World;
  readonly ledger: Ledger;
  readonly store: Pick<Store, 'fleet'>;
  readonly surroundings: Pick<Surroundings, 'allow'>;
  readonly shutter: Pick<Shutter, 'byFleet' | 'breaker'>;
  /** The policy file, the way to load it anew, and what tells whether a new one does harm. */
  readonly path: string;
  /** How the policy is loaded: a candidate of the fleet's is tried so. */
  readonly load: LoadOne;
  readonly reload: () => Promise<unknown>;
  readonly counts: () => LineCounts;
  readonly release: Release;
  readonly freeKnown: FreeKnown;
  readonly notices: Notices;
  readonly log: Log;
  readonly status: () => StatusReport;
  readonly now: () => number;
}

/** This site's part in a fleet, where its policy has one; without it nothing of it is loaded. */
export interface FleetKeeping {
  policy(policy: Policy): Promise<void>;
  /** A ban of this site's was carried out. */
  banned(ban: Ban): void;
  /** A source was let in again here. @param ban the one that ran, if any */
  released(target: string, ban: Ban | undefined): void;
  /** DNS has told a trunk's addresses, or a PBX its phones: what had to wait for it is looked at again. */
  worldChanged(): void;
  report(): FleetReport | undefined;
  close(): Promise<void>;
}

export function createFleetKeeping(parts: FleetKeepingParts): FleetKeeping {
  const { ledger, notices, log, now } = parts;
  let fleet: Fleet | undefined;
  let opened = '';
  let asked: string | undefined;
  /** Sources that wait until it is known who the carrier is, and who is registered. */
  let waiting = false;
  const isKnown = (): boolean => {
    const { unresolvedHosts, unheardPbxs = [] } = parts.world();
    return unresolvedHosts.length === 0 && unheardPbxs.length === 0;
  };
  const refusals = new Map<string, number>();

  let base: BaseKeeping | undefined;
  const openBase = async (): Promise<BaseKeeping> => {
    const { createBaseKeeping } = await import('./base-keeping.ts');
    return createBaseKeeping({
      ...parts,
      async published(wanted) {
        if (fleet === undefined) throw new Error('the fleet is not open');
        return await fleet.base(wanted);
      },
      counts: () => {
        const { calls, lost } = parts.counts();
        return { good: calls.good, lost, ...parts.shutter.breaker };
      },
      tellState: () => fleet?.tellState(),
    });
  };

  const open = async (policy: Policy): Promise<void> => {
    if (policy.baseFile !== undefined) base ??= await openBase();
    base?.policy(policy);
    const settings = policy.fleet;
    const wanted =
      settings === undefined ? '' : JSON.stringify([policy.site, connectionOf(settings)]);
    const asks = JSON.stringify(settings?.accept);
    const isChanged = asks !== asked;
    asked = asks;
    if (wanted === opened) {
      if (isChanged) considerAll();
      return;
    }
    opened = wanted;
    await fleet?.close();
    fleet = undefined;
    if (settings === undefined) {
      parts.surroundings.allow([]);
      return;
    }
    const { createFleet } = await import('../fleet/fleet.ts');
    const { signingKey } = await import('../fleet/nkey.ts');
    const key = signingKey(settings.seed);
    if (key === undefined) {
      notices.tell("fleet: the site's key is damaged; ghostgate fleet keys FILE makes a new one");
      return;
    }
    const { servers, caFile, operator } = settings;
    fleet = createFleet({
      site: policy.site,
      key,
      operator,
      reach: { servers, caFile },
      memory: parts.store.fleet,
      settings: () => {
        const { fleet: latest = settings, jail } = parts.policy();
        return { accept: latest.accept, v6Bits: jail.ipv6PrefixBits };
      },
      wishes: {
        shutOut(target, decision, at) {
          if (!isKnown()) {
            waiting = true;
            return;
          }
          const ban = fleetBan(target, decision, parts.policy(), at);
          if (!shouldReplace(ledger.get(target), ban, now())) return;
          void parts.shutter.byFleet(ban, at).catch(tell('a ban of the fleet'));
        },
        notAnyMore(target) {
          if (ledger.get(target)?.by !== 'fleet') return;
          const because = 'too few sites say it now';
          void parts
            .release(target, { by: 'fleet', because, until: now(), quiet: true })
            .catch(tell('an unban of the fleet'));
        },
        free(order) {
          for (const { target, until } of setFree(order, ledger.wanted(), parts.world(), now())) {
            const { because } = order;
            void parts
              .release(target, { by: 'the fleet operator', because, until, quiet: true })
              .catch(tell('an unban of the fleet'));
          }
        },
        allow(networks) {
          parts.surroundings.allow(networks);
          void parts.freeKnown().catch(tell('the allow list'));
        },
        base: (version) => base?.wanted(version),
      },
      summary: () => siteReport(parts.status()),
      on: {
        link: (state) => log.info({ event: 'fleet', ...state }, 'fleet'),
        failed: (why) => log.warn({ event: 'fleet', why }, 'not told or read now; tried again'),
        refused,
      },
      now,
    });
    considerAll();
  };

  /** Bans that came of it as well: another operator, or another number of sites, may let them go. */
  const considerAll = (): void => {
    const bans = ledger.wanted().filter(({ by }) => by === 'fleet');
    fleet?.considerAll(bans.map(({ target }) => target));
  };

  /** A poisoned site could be refused a thousand times a second. */
  const refused = (from: string, why: string): void => {
    if ((refusals.get(from) ?? 0) > now() - REFUSAL_MS) return;
    if (refusals.size > MOST_REFUSALS) refusals.clear();
    refusals.set(from, now());
    notices.tell(`fleet: what ${from} sent is not used: ${why}`, `fleet ${from}`);
  };

  const tell = (what: string) => (error: unknown) => log.error({ err: error }, what);

  return {
    policy: open,
    banned(ban) {
      const { mode, fleet: settings } = parts.policy();
      // What observe mode would have done was done to nobody, and shown to nobody to judge.
      if (ban.by !== 'judge' || mode !== 'enforce' || settings?.share !== true) return;
      const { target, rule, proof, quarantine, until } = ban;
      fleet?.tell({ target, rule, proof: quarantine ? 'forgeable' : proof, until });
    },
    released(target, ban) {
      fleet?.forget(target);
      if (ban?.by === 'judge') fleet?.lift(target);
    },
    worldChanged() {
      if (!waiting || !isKnown()) return;
      waiting = false;
      considerAll();
    },
    report() {
      const report = fleet?.report();
      const policy = base?.report();
      return report === undefined || policy === undefined ? report : { ...report, policy };
    },
    async close() {
      await base?.close();
      await fleet?.close();
    },
  };
}

function connectionOf({ servers, seed, caFile, operator }: NonNullable<Policy['fleet']>) {
  return [servers, seed, caFile, operator];
}

const REFUSAL_MS = 60_000;
const MOST_REFUSALS = 1000;
