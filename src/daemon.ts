import { figuresOf } from './daemon/figures.ts';
import type { Daemon, DaemonStart } from './daemon/handle.ts';
import { keepHeapSmall } from './daemon/heap.ts';
import type { Log } from './daemon/log.ts';
import { createPolicyHolder } from './daemon/reload.ts';
import { remember } from './daemon/remember.ts';
import { startTicker } from './daemon/ticker.ts';
import { warmUp } from './daemon/warm-up.ts';
import type { Rooms } from './daemon/wiring.ts';
import { wire } from './daemon/wiring.ts';
import type { Policy } from './policy/policy.ts';
import { serveControl } from './web/socket.ts';

/**
 * Opens the rooms, wires them, and returns the running daemon. Bans are back in force before
 * the first event is listened for.
 * Throws StoreError or ListenError when the store or the control socket cannot be opened.
 */
export async function startDaemon(start: DaemonStart, log: Log): Promise<Daemon> {
  const { path, version } = start;
  const holder = createPolicyHolder(start.policy, {
    path,
    log,
    now: Date.now,
    apply: (next, before) => apply(rooms, next, before),
  });
  const rooms: Rooms = wire(start, holder, log);
  const { policy, ledger, line, metrics, status } = rooms;
  const opened: Opened = { served: [] };
  let stopping: Promise<void> | undefined;
  try {
    await open(rooms, opened);
  } catch (error) {
    // A process with other sites lives on: nothing of this one may.
    await close(rooms, opened);
    throw error;
  }
  log.info({ event: 'started', version, mode: policy().mode, bans: ledger.size }, 'guarding');

  return {
    reload: () => void rooms.reload(),
    stop: () => (stopping ??= close(rooms, opened)),
    policy,
    status,
    metrics: () => metrics.text(status()),
    lastEventAt: () => line.counts.lastEventAt,
  };
}

/** What runs once all is open. */
interface Opened {
  readonly served: { close(): Promise<void> }[];
  stopTicker?: () => void;
}

async function open(rooms: Rooms, opened: Opened): Promise<void> {
  const { policy, store, ledger, log, now, world, metrics, status, tell } = rooms;
  opened.served.push(await serveControl(policy().control.socket, rooms.control));
  rooms.journal.started(policy());
  // Before any place is told: the policy may name by now what was shut out in an earlier run.
  await rooms.freeKnown();
  await rooms.enforcement.open(policy());
  await rooms.lockdown.policyChanged();
  log.info({ event: 'restored', bans: ledger.size }, 'bans in force');
  remember(store, rooms.standings, world(), policy(), now());
  keepHeapSmall();
  await rooms.feeds.policy(policy()).catch(tell('the feeds'));
  warmUp(policy(), world());
  await rooms.trunks.policy(policy());
  await rooms.links.policy(policy());
  await rooms.fleet.policy(policy()).catch(tell('the fleet'));
  opened.stopTicker = startTicker(rooms);
  rooms.telling.watch(status);
  const figures = await figuresOf(policy(), { metrics, status }, tell('the metrics'));
  opened.served.push(...figures);
  await rooms.page.policy(policy());
}

/** Puts another policy in force. */
async function apply(rooms: Rooms, next: Policy, before: Policy): Promise<void> {
  const { surroundings, ledger, gate, now, tell } = rooms;
  surroundings.policy(next);
  if (next.mode !== before.mode) ledger.restart(now());
  // After the store was read: it may hold bans of what the policy has come to name since.
  await rooms.freeKnown();
  await rooms.trunks.policy(next);
  if (!next.gate.enabled) await gate.forget();
  gate.changed();
  await rooms.feeds.policy(next).catch(tell('the feeds'));
  for (const gone of await rooms.links.policy(next)) surroundings.forget(gone);
  await rooms.enforcement.policy(next);
  await rooms.lockdown.policyChanged();
  await rooms.page.policy(next);
  rooms.telling.policy(next);
  await rooms.fleet.policy(next).catch(tell('the fleet'));
}

async function close(rooms: Rooms, { served, stopTicker }: Opened): Promise<void> {
  const { links, page, log } = rooms;
  rooms.watch.close();
  stopTicker?.();
  rooms.telling.close();
  rooms.trunks.close();
  rooms.lockdown.close();
  rooms.feeds.close();
  await rooms.fleet.close();
  await rooms.gate.close();
  await Promise.allSettled([links.close(), ...served.map((each) => each.close()), page.close()]);
  await rooms.keeper().close();
  await rooms.journal.close();
  rooms.chronicle.close();
  rooms.store.close();
  log.info({ event: 'stopped' }, 'stopped; bans stay in force until their time is over');
}
