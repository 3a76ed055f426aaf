import { loadHere } from './daemon/base-start.ts';
import { createChronicle } from './daemon/chronicle.ts';
import { createControl } from './daemon/control.ts';
import { keepHeapSmall } from './daemon/heap.ts';
import { createEnforcement } from './daemon/enforcement.ts';
import { createFeedKeeping } from './daemon/feeds.ts';
import { createFleetKeeping } from './daemon/fleet.ts';
import { createFreeKnown } from './daemon/free-known.ts';
import { createGate } from './daemon/gate.ts';
import { createJournaling } from './daemon/journaling.ts';
import { createLedger } from './daemon/ledger.ts';
import { createLockdown } from './daemon/lockdown.ts';
import { createLine } from './daemon/line.ts';
import type { Line } from './daemon/line.ts';
import { createLinks } from './daemon/links.ts';
import { linkListener } from './daemon/listener.ts';
import type { Log } from './daemon/log.ts';
import { faultTeller } from './daemon/log.ts';
import { createNotices } from './daemon/notices.ts';
import { createPage } from './daemon/page.ts';
import { createPolicyHolder } from './daemon/reload.ts';
import { remember } from './daemon/remember.ts';
import { createRelease } from './daemon/release.ts';
import { figuresOf } from './daemon/figures.ts';
import type { Daemon, DaemonStart } from './daemon/handle.ts';
import { createShutter } from './daemon/shutter.ts';
import { statusReport } from './daemon/status.ts';
import { createSurroundings } from './daemon/surroundings.ts';
import { createTelling } from './daemon/telling.ts';
import { startTicker } from './daemon/ticker.ts';
import { createTrunks } from './daemon/trunks.ts';
import { warmUp } from './daemon/warm-up.ts';
import { createBreaker } from './enforce/breaker.ts';
import { createStandings } from './judge/standings.ts';
import type { Ban } from './judge/verdict.ts';
import type { Policy } from './policy/policy.ts';
import { watchPolicy } from './policy/watch.ts';
import { openStore } from './store/sqlite.ts';
import type { StatusReport } from './web/status-report.ts';
import { createMetrics } from './web/metrics.ts';
import { serveControl } from './web/socket.ts';

/**
 * Opens the rooms, wires them, and returns the running daemon. Bans are back in force before
 * the first event is listened for.
 * Throws StoreError or ListenError when the store or the control socket cannot be opened.
 */
export async function startDaemon(start: DaemonStart, log: Log): Promise<Daemon> {
  const { path, version, shared } = start;
  const now = Date.now;
  const tell = faultTeller(log);
  const startedAt = now();

  const holder = createPolicyHolder(start.policy, { path, log, now, apply });
  const policy = holder.current;
  const basics = { policy, log, now };
  const store = openStore(policy().store.path, { now, failed: tell('the store') });
  if (store.warning !== undefined) log.error({ event: 'store', why: store.warning }, 'store');
  const metrics = createMetrics(shared === undefined);
  const telling = createTelling({ ...basics, notices: () => notices });
  const notices = createNotices({ log, metrics, store, telling, now });
  const standings = createStandings(policy().memory.sources);
  const ledger = createLedger(store, standings, () => policy().mode === 'enforce', now());
  const failed = tell('the journal');
  const journal = createJournaling({ policy, own: () => surroundings.own(), failed, now });
  const trunks = createTrunks({
    ...basics,
    world: () => surroundings.world,
    notices,
    store,
    changed(addresses) {
      surroundings.trunkAddresses(addresses);
      journal.trunks(addresses);
      gate.changed();
      lockdown.follow();
      void freeKnown().catch(tell('freeing a trunk'));
      fleet.trunksChanged();
    },
  });
  const surroundings = createSurroundings(policy(), store.graces(now()), trunks.addresses);
  const world = () => surroundings.world;
  const addressesByHost = () => trunks.addresses;
  const common = { ...basics, world, notices };
  const feeds = createFeedKeeping({ ...basics, surroundings, trunks, notices });

  const listener = linkListener({
    line: () => line,
    gate: () => gate,
    lockdown: () => lockdown,
    surroundings,
    trunkWatch: trunks.watch,
    journal,
    notices,
    log,
  });
  const links = createLinks(listener, now);
  const failedCount = tell('the counts over time');
  const chronicle = createChronicle({ ...basics, store, links, telling, failed: failedCount });
  const memory = (pbx: string) => links.gates().get(pbx);
  const gate = createGate({ ...common, addressesByHost, memory });
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
  const lockdown = createLockdown({ ...common, keeper, store, addressesByHost });
  const records = { standings, store, journal, chronicle, metrics };
  const shutter = createShutter({
    ...common,
    ...records,
    keeper,
    ledger,
    breaker: createBreaker(),
    injection: (injection) => line.injection(injection),
    told: (ban) => fleet.banned(ban),
  });
  const line: Line = createLine({
    ...common,
    ...records,
    shutter,
    reject: (call) => links.reject(call),
    pass: (call) => links.pass(call),
    gate,
    trunkWatch: trunks.watch,
  });
  const around = { ...basics, keeper, ledger, surroundings };
  const told = (target: string, ban?: Ban) => fleet.released(target, ban);
  const release = createRelease({ ...around, journal, chronicle, told });
  const freeKnown = createFreeKnown({ world, ledger, release });
  const load = shared?.load ?? loadHere;
  const arms = { store, shutter, release, freeKnown, path, load, reload };
  const fleet = createFleetKeeping({
    ...around,
    ...common,
    ...arms,
    status: () => status(),
    counts: () => line.counts,
  });
  const rooms = {
    keeper,
    links,
    gate,
    ledger,
    standings,
    store,
    journal,
    shutter,
    lockdown,
    trunks,
  };
  const status = (): StatusReport =>
    statusReport({
      ...basics,
      ...rooms,
      version,
      startedAt,
      policyState: holder.state,
      counts: line.counts,
      notices,
      feeds,
      fleet,
    });

  const watch = watchPolicy(path, holder, shared);
  const control = createControl({
    ...basics,
    ...rooms,
    world,
    status,
    release,
    reload,
    chronicle,
    feeds: feeds.control,
    telling,
  });
  const page = createPage({ ...basics, control, version });
  let stopping: Promise<void> | undefined;
  const served: { close(): Promise<void> }[] = [];
  let stopTicker: (() => void) | undefined;
  try {
    await open();
  } catch (error) {
    // A process with other sites lives on: nothing of this one may.
    await stop();
    throw error;
  }
  log.info({ event: 'started', version, mode: policy().mode, bans: ledger.size }, 'guarding');

  return {
    reload: () => void reload(),
    stop: () => (stopping ??= stop()),
    policy,
    status,
    metrics: () => metrics.text(status()),
    lastEventAt: () => line.counts.lastEventAt,
  };

  async function open(): Promise<void> {
    served.push(await serveControl(policy().control.socket, control));
    journal.started(policy());
    // Before any place is told: the policy may name by now what was shut out in an earlier run.
    await freeKnown();
    await enforcement.open(policy());
    await lockdown.policyChanged();
    log.info({ event: 'restored', bans: ledger.size }, 'bans in force');
    remember(store, standings, world(), policy(), now());
    keepHeapSmall();
    await feeds.policy(policy()).catch(tell('the feeds'));
    warmUp(policy(), world());
    await trunks.policy(policy());
    await links.policy(policy());
    await fleet.policy(policy()).catch(tell('the fleet'));
    stopTicker = startTicker({ ...around, store, lockdown, freeKnown });
    telling.watch(status);
    served.push(...(await figuresOf(policy(), { metrics, status }, tell('the metrics'))));
    await page.policy(policy());
  }

  async function reload() {
    await watch.reload();
    return await holder.settled();
  }

  async function stop(): Promise<void> {
    watch.close();
    stopTicker?.();
    telling.close();
    trunks.close();
    lockdown.close();
    feeds.close();
    await fleet.close();
    await gate.close();
    await Promise.allSettled([links.close(), ...served.map((each) => each.close()), page.close()]);
    await keeper().close();
    await journal.close();
    chronicle.close();
    store.close();
    log.info({ event: 'stopped' }, 'stopped; bans stay in force until their time is over');
  }

  async function apply(next: Policy, before: Policy): Promise<void> {
    surroundings.policy(next);
    if (next.mode !== before.mode) ledger.restart(now());
    // After the store was read: it may hold bans of what the policy has come to name since.
    await freeKnown();
    await trunks.policy(next);
    if (!next.gate.enabled) await gate.forget();
    gate.changed();
    await feeds.policy(next).catch(tell('the feeds'));
    for (const gone of await links.policy(next)) surroundings.forget(gone);
    await enforcement.policy(next);
    await lockdown.policyChanged();
    await page.policy(next);
    telling.policy(next);
    await fleet.policy(next).catch(tell('the fleet'));
  }
}
