import { EnforceError } from '../enforce/enforcer.ts';
import type { Keeper } from '../enforce/keeper.ts';
import type { World } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';
import type { LockdownControl, LockdownReport } from '../web/control-lockdown.ts';
import type { Refusal } from '../web/refusal.ts';
import { latelyRegistered } from './lately-registered.ts';
import {
  filterOf,
  openNetworks,
  planLockdown,
  registrationsThatCount,
  unheard,
} from './lockdown-plan.ts';
import { lockdownWriter, type Wanted } from './lockdown-writer.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';

export interface LockdownParts {
  readonly policy: () => Policy;
  readonly world: () => World;
  readonly keeper: () => Pick<Keeper, 'lockdown' | 'locked' | 'senders'>;
  readonly store: Pick<Store, 'lockdown' | 'putLockdown'>;
  readonly addressesByHost: () => ReadonlyMap<string, readonly string[]>;
  readonly notices: Pick<Notices, 'tell'>;
  readonly log: Pick<Log, 'warn' | 'error'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Whether the SIP ports are closed to strangers, and that it stays so. */
export interface LockdownKeeper extends LockdownControl {
  report(): LockdownReport;
  /** Who is let in may have changed: a registration, a DNS answer. Followed at once. */
  follow(): void;
  /** This PBX has told who is registered. */
  heard(pbx: string): void;
  /** Another policy is in force, or the first. */
  policyChanged(): Promise<void>;
  /** Heals what was taken away, and gives the kernel another lease. */
  tick(): Promise<void>;
  close(): void;
}

/**
 * How long the kernel keeps a confirmed lockdown without us. Longer than any restart or upgrade;
 * after it nobody has followed the carriers' DNS and the phones' addresses for too long, and the
 * good call wins.
 */
export const LEASE_MS = 3_600_000;
/** With more sources than this the lease is not renewed at every tick. */
const MANY = 1000;
const MANY_EVERY_MS = 60_000;

type State =
  | { readonly state: 'off' }
  | {
      readonly state: 'unconfirmed';
      readonly since: number;
      readonly by: string;
      readonly until: number;
      /** On the clock that nobody sets. */
      readonly deadline: number;
    }
  | { readonly state: 'on'; readonly since: number; readonly by: string };

export function createLockdown(parts: LockdownParts): LockdownKeeper {
  const { store, notices, log, now } = parts;
  const confirmed = store.lockdown();
  let state: State =
    confirmed === undefined
      ? { state: 'off' }
      : { state: 'on', since: confirmed.confirmedAt, by: confirmed.by };
  let ending: NodeJS.Timeout | undefined;
  let seenTrunks: World['trunks'] | undefined;
  const heard = new Set<string>();
  const registered = latelyRegistered();
  const failed = (error: unknown): void =>
    log.error({ event: 'lockdown', err: error }, 'lockdown could not be written');
  const writer = lockdownWriter({ keeper: parts.keeper, wanted, now, failed });

  function wanted(): Wanted {
    const forMs = remaining();
    if (forMs === undefined) return { kind: 'open' };
    const policy = parts.policy();
    const [pbx] = unheard({ policy, heard });
    if (pbx !== undefined && writer.closedAt < 0) {
      // After a start: shutting out the phones until they are known would be worse.
      const why = `confirmed, but PBX ${pbx} has not told yet who is registered: waiting for that`;
      return { kind: 'as-it-is', problem: why };
    }
    const open = openNetworks({ policy, addressesByHost: parts.addressesByHost() });
    const { targets } = registered;
    if (open.length + targets.length === 0) {
      return { kind: 'as-it-is', problem: 'nobody is left to let in: the last ones stay' };
    }
    const [host] = parts.world().unresolvedHosts;
    const v6Bits = policy.jail.ipv6PrefixBits;
    return {
      kind: 'closed',
      lockdown: { forMs, open, registered: targets, v6Bits },
      ...(host === undefined ? {} : { problem: `${host} has no address: its trunk is shut out` }),
    };
  }

  /** For how long from now, in ms; undefined when the ports are to be open. */
  function remaining(): number | undefined {
    if (state.state === 'off') return undefined;
    if (state.state === 'on') return LEASE_MS;
    const left = state.deadline - performance.now();
    return left < 1 ? undefined : left;
  }

  /** Answers whether somebody else is to be let in than before. */
  function look(): boolean {
    const around = { policy: parts.policy(), world: parts.world() };
    const changed = registered.look(registrationsThatCount(around).keys(), now());
    const { trunks } = around.world;
    const moved = trunks !== seenTrunks;
    seenTrunks = trunks;
    return changed || moved;
  }

  /** Its fault is logged and shown; the next tick tries again. */
  async function writeOn(): Promise<void> {
    await writer.write().catch(() => {});
  }

  function follow(): void {
    const changed = look();
    if (state.state !== 'off' && (changed || writer.held !== 'closed')) void writeOn();
  }

  /** Nobody confirmed. The kernel has opened the ports by itself; this tidies up. */
  function undo(): void {
    if (state.state !== 'unconfirmed') return;
    log.warn({ event: 'lockdown', state: 'off', by: state.by }, 'not confirmed in time: undone');
    state = { state: 'off' };
    void writeOn();
  }

  function end(why: string): void {
    if (state.state === 'off') return;
    clearTimeout(ending);
    state = { state: 'off' };
    store.putLockdown(undefined);
    notices.tell(`lockdown has ended: ${why}`);
  }

  const report = (): LockdownReport => ({
    state: state.state,
    ...(state.state === 'off' ? {} : { since: state.since, by: state.by }),
    ...(state.state === 'unconfirmed' ? { until: state.until } : {}),
    inForce: writer.inForce,
    droppedPackets: writer.droppedPackets,
    ...(writer.problem === undefined ? {} : { problem: writer.problem }),
  });

  const plan = (senders: readonly string[]) =>
    planLockdown({
      policy: parts.policy(),
      world: parts.world(),
      addressesByHost: parts.addressesByHost(),
      heard,
      senders,
    });

  /** Writes while a person waits: a fault is an answer, and what was before is put back. */
  const put = async (next: State): Promise<Refusal | undefined> => {
    const before = state;
    state = next;
    look();
    try {
      await writer.write();
      return undefined;
    } catch (error) {
      state = before;
      void writeOn();
      const hint = error instanceof EnforceError ? { hint: error.hint } : {};
      return { refused: error instanceof Error ? error.message : String(error), ...hint };
    }
  };

  return {
    report,
    follow,
    heard(pbx) {
      heard.add(pbx);
      follow();
    },
    async policyChanged() {
      const policy = parts.policy();
      if (policy.mode === 'observe') end('the policy says mode: observe');
      else if (filterOf(policy) === undefined) end('the policy no longer names nftables');
      writer.forget();
      look();
      await writeOn();
    },
    async tick() {
      const changed = look();
      if (remaining() === undefined) undo();
      if (state.state === 'off') {
        if (writer.held !== 'open') await writeOn();
        return;
      }
      const lost = await writer.check();
      if (lost && state.state === 'on') {
        log.warn({ event: 'lockdown', state: 'on' }, 'lockdown was taken away: in force again');
      }
      const fresh = now() - writer.closedAt < MANY_EVERY_MS;
      if (registered.targets.length > MANY && fresh && !lost && !changed) return;
      await writeOn();
    },
    async view() {
      // A person asks: what the kernel says now, not at the last tick.
      if (state.state !== 'off') await writer.check();
      const senders = await parts
        .keeper()
        .senders()
        .catch(() => []);
      return { lockdown: report(), plan: plan(senders) };
    },
    async on({ confirmWithinSeconds, by }) {
      if (state.state === 'on') {
        return { refused: 'lockdown is on already', hint: 'ghostgate lockdown status' };
      }
      const { refusal } = plan([]);
      if (refusal !== undefined) return refusal;
      const ms = confirmWithinSeconds * 1000;
      const since = now();
      const deadline = performance.now() + ms;
      const refused = await put({ state: 'unconfirmed', since, by, until: since + ms, deadline });
      if (refused !== undefined) return refused;
      clearTimeout(ending);
      ending = setTimeout(undo, Math.max(1, deadline - performance.now())).unref();
      log.warn({ event: 'lockdown', state: 'unconfirmed', by, confirmWithinSeconds }, 'lockdown');
      return { lockdown: report() };
    },
    async confirm({ by }) {
      if (state.state === 'on') return { lockdown: report() };
      if (remaining() === undefined) {
        return { refused: 'there is no lockdown to confirm', hint: 'ghostgate lockdown on' };
      }
      const confirmedAt = now();
      store.putLockdown({ confirmedAt, by });
      const refused = await put({ state: 'on', since: confirmedAt, by });
      if (refused !== undefined) {
        store.putLockdown(undefined);
        return refused;
      }
      clearTimeout(ending);
      log.warn({ event: 'lockdown', state: 'on', by }, 'lockdown is confirmed');
      return { lockdown: report() };
    },
    async off({ by }) {
      clearTimeout(ending);
      // Stored first: should the place not answer, a restart must not close the ports again.
      store.putLockdown(undefined);
      state = { state: 'off' };
      log.warn({ event: 'lockdown', state: 'off', by }, 'lockdown is off');
      await writer.write();
      return { lockdown: report() };
    },
    close: () => clearTimeout(ending),
  };
}
