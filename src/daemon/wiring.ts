import { createBreaker } from '../enforce/breaker.ts';
import type { Ban } from '../judge/verdict.ts';
import { watchPolicy } from '../policy/watch.ts';
import type { StatusReport } from '../web/status-report.ts';
import { loadHere } from './base-start.ts';
import { createChronicle } from './chronicle.ts';
import { createControl } from './control.ts';
import { createEnforcement } from './enforcement.ts';
import { createFeedKeeping } from './feeds.ts';
import { createFleetKeeping } from './fleet.ts';
import { createFreeKnown } from './free-known.ts';
import { createGate } from './gate.ts';
import type { DaemonStart } from './handle.ts';
import type { Line } from './line.ts';
import { createLine } from './line.ts';
import { createLinks } from './links.ts';
import { linkListener } from './listener.ts';
import { createLockdown } from './lockdown.ts';
import type { Log } from './log.ts';
import { faultTeller } from './log.ts';
import { createPage } from './page.ts';
import { openRecords } from './records.ts';
import { createRelease } from './release.ts';
import type { PolicyHolder } from './reload.ts';
import { createShutter } from './shutter.ts';
import { statusReport } from './status.ts';
import { createSurroundings } from './surroundings.ts';
import { createTrunks } from './trunks.ts';

/** Every room of the daemon. */
export type Rooms = ReturnType<typeof wire>;

/**
 * Makes the rooms and tells each of those it needs. Nothing but the store is opened yet.
 * Throws StoreError when that cannot be.
 */
export function wire(start: DaemonStart, holder: PolicyHolder, log: Log) {
  const { path, version, shared } = start;
  const now = Date.now;
  const startedAt = now();
  const tell = faultTeller(log);
  const policy = holder.current;
  const basics = { policy, log, now };
  const own = () => surroundings.own();
  const records = openRecords({ ...basics, own, isShared: shared !== undefined });
  const { store, telling, ledger, journal } = records;

  const trunks = createTrunks({
    ...basics,
    ...records,
    world: () => surroundings.world,
    changed(addresses) {
      surroundings.trunkAddresses(addresses);
      journal.trunks(addresses);
      gate.changed();
      lockdown.follow();
      void freeKnown().catch(tell('freeing a trunk'));
      fleet.worldChanged();
    },
  });
  const surroundings = createSurroundings(policy(), store.graces(now()), trunks.addresses);
  const world = () => surroundings.world;
  const addressesByHost = () => trunks.addresses;
  const common = { ...basics, ...records, world, addressesByHost, surroundings };
  const feeds = createFeedKeeping({ ...common, trunks });

  const links = createLinks(
    linkListener({
      ...common,
      line: () => line,
      fleet: () => fleet,
      gate: () => gate,
      lockdown: () => lockdown,
      trunkWatch: trunks.watch,
    }),
    now,
  );
  const failedCount = tell('the counts over time');
  const chronicle = createChronicle({ ...basics, store, links, telling, failed: failedCount });
  const gate = createGate({ ...common, memory: (pbx) => links.gates().get(pbx) });
  const enforcement = createEnforcement(policy(), {
    wanted: () => ledger.wanted(),
    reloadAcl: (pbxs) => links.reloadAcl(pbxs),
    freeswitch: (pbx) => links.freeswitch(pbx),
    gates: () => links.gates(),
    trunkNetworks: () => [
      ...policy().trunks.flatMap(({ networks }) => networks),
      ...[...trunks.addresses.values()].flat(),
    ],
    log,
    now,
  });
  const { keeper } = enforcement;
  const lockdown = createLockdown({ ...common, keeper });
  const shutter = createShutter({
    ...common,
    keeper,
    chronicle,
    breaker: createBreaker(),
    injection: (injection) => line.injection(injection),
    told: (ban) => fleet.banned(ban),
  });
  const line: Line = createLine({
    ...common,
    chronicle,
    shutter,
    reject: (call) => links.reject(call),
    pass: (call) => links.pass(call),
    gate,
    trunkWatch: trunks.watch,
  });
  const told = (target: string, ban?: Ban) => fleet.released(target, ban);
  const release = createRelease({ ...common, keeper, chronicle, told });
  const freeKnown = createFreeKnown({ world, ledger, release });
  const fleet = createFleetKeeping({
    ...common,
    shutter,
    release,
    freeKnown,
    path,
    load: shared?.load ?? loadHere,
    reload,
    status: () => status(),
    counts: () => line.counts,
  });

  const acting = { keeper, links, gate, shutter, lockdown, trunks, feeds, fleet };
  const status = (): StatusReport =>
    statusReport({
      ...common,
      ...acting,
      version,
      startedAt,
      policyState: holder.state,
      counts: line.counts,
    });
  const watch = watchPolicy(path, holder, shared);
  async function reload() {
    await watch.reload();
    return await holder.settled();
  }
  const feedsControl = feeds.control;
  const asked = { ...acting, chronicle, release, status, reload, feeds: feedsControl };
  const control = createControl({ ...common, ...asked });
  const page = createPage({ ...basics, notices: common.notices, control, version });

  return {
    ...common,
    ...acting,
    tell,
    chronicle,
    enforcement,
    line,
    freeKnown,
    status,
    watch,
    reload,
    control,
    page,
  };
}
