import type { Keeper } from '../enforce/keeper.ts';
import type { Store } from '../store/store.ts';
import type { LockdownControl, LockdownReport } from '../web/control-lockdown.ts';
import type { Refusal } from '../web/refusal.ts';
import { letIn, type LetInParts } from './lockdown-let-in.ts';
import { filterOf } from './lockdown-plan.ts';
import { lockdownSwitch } from './lockdown-switch.ts';
import { lockdownWriter, type LockdownWriter } from './lockdown-writer.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';

export interface LockdownParts extends LetInParts {
  readonly keeper: () => Pick<Keeper, 'lockdown' | 'locked' | 'senders'>;
  readonly store: Pick<Store, 'lockdown' | 'putLockdown'>;
  readonly notices: Pick<Notices, 'tell'>;
  readonly log: Pick<Log, 'warn' | 'error'>;
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

/** With more sources than this the lease is not renewed at every tick. */
const MANY = 1000;
const MANY_EVERY_MS = 60_000;

export function createLockdown(parts: LockdownParts): LockdownKeeper {
  const { notices, log, now } = parts;
  const known = letIn(parts);
  const writer: LockdownWriter = lockdownWriter({
    keeper: parts.keeper,
    wanted() {
      const forMs = switched.remaining();
      return forMs === undefined ? { kind: 'open' } : known.wanted(forMs, writer.closedAt >= 0);
    },
    now,
    failed: (error) =>
      log.error({ event: 'lockdown', err: error }, 'lockdown could not be written'),
  });
  const switched = lockdownSwitch({
    ...parts,
    async write() {
      known.look();
      await writer.write();
    },
    writeOn,
    refusal: () => known.plan([]).refusal,
  });

  /** Its fault is logged and shown; the next tick tries again. */
  async function writeOn(): Promise<void> {
    await writer.write().catch(() => {});
  }

  function follow(): void {
    const changed = known.look();
    if (switched.at.state !== 'off' && (changed || writer.held !== 'closed')) void writeOn();
  }

  function report(): LockdownReport {
    const { at } = switched;
    return {
      state: at.state,
      ...(at.state === 'off' ? {} : { since: at.since, by: at.by }),
      ...(at.state === 'unconfirmed' ? { until: at.until } : {}),
      inForce: writer.inForce,
      droppedPackets: writer.droppedPackets,
      ...(writer.problem === undefined ? {} : { problem: writer.problem }),
    };
  }

  const answer = (refused: Refusal | undefined) => refused ?? { lockdown: report() };

  return {
    report,
    follow,
    heard(pbx) {
      known.heard(pbx);
      follow();
    },
    async policyChanged() {
      const why = whyEnded(parts);
      if (why !== undefined && switched.end()) notices.tell(`lockdown has ended: ${why}`);
      writer.forget();
      known.look();
      await writeOn();
    },
    async tick() {
      const changed = known.look();
      if (switched.remaining() === undefined) switched.undo();
      if (switched.at.state === 'off') {
        if (writer.held !== 'open') await writeOn();
        return;
      }
      const lost = await writer.check();
      if (lost && switched.at.state === 'on') {
        log.warn({ event: 'lockdown', state: 'on' }, 'lockdown was taken away: in force again');
      }
      const fresh = now() - writer.closedAt < MANY_EVERY_MS;
      if (known.registered > MANY && fresh && !lost && !changed) return;
      await writeOn();
    },
    async view() {
      // A person asks: what the kernel says now, not at the last tick.
      if (switched.at.state !== 'off') await writer.check();
      const senders = await parts
        .keeper()
        .senders()
        .catch(() => []);
      return { lockdown: report(), plan: known.plan(senders) };
    },
    on: async ({ confirmWithinSeconds, by }) => answer(await switched.on(confirmWithinSeconds, by)),
    confirm: async ({ by }) => answer(await switched.confirm(by)),
    async off({ by }) {
      await switched.off(by);
      return { lockdown: report() };
    },
    close: () => switched.close(),
  };
}

function whyEnded({ policy }: Pick<LockdownParts, 'policy'>): string | undefined {
  if (policy().mode === 'observe') return 'the policy says mode: observe';
  return filterOf(policy()) === undefined ? 'the policy no longer names nftables' : undefined;
}
