import type { World } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import type { LockdownPlan } from '../web/control-lockdown.ts';
import { latelyRegistered } from './lately-registered.ts';
import { openNetworks, planLockdown, registrationsThatCount, unheard } from './lockdown-plan.ts';
import type { Wanted } from './lockdown-writer.ts';

export interface LetInParts {
  readonly policy: () => Policy;
  readonly world: () => World;
  readonly addressesByHost: () => ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Whom the closed ports let in. */
export interface LetIn {
  /** This PBX has told who is registered. */
  heard(pbx: string): void;
  /** Answers whether somebody else is to be let in than at the look before. */
  look(): boolean;
  /**
   * @param forMs for how long the ports are to be closed
   * @param isClosed whether this process has closed them before
   */
  wanted(forMs: number, isClosed: boolean): Wanted;
  /** @param senders who sent to the SIP ports lately */
  plan(senders: readonly string[]): LockdownPlan;
  /** Sources let in for their registration. */
  readonly registered: number;
}

export function letIn(parts: LetInParts): LetIn {
  const heard = new Set<string>();
  const registered = latelyRegistered();
  let seenTrunks: World['trunks'] | undefined;

  return {
    heard: (pbx) => void heard.add(pbx),
    look() {
      const around = { policy: parts.policy(), world: parts.world() };
      const changed = registered.look(registrationsThatCount(around).keys(), parts.now());
      const { trunks } = around.world;
      const moved = trunks !== seenTrunks;
      seenTrunks = trunks;
      return changed || moved;
    },
    wanted(forMs, isClosed) {
      const policy = parts.policy();
      const [pbx] = unheard({ policy, heard });
      if (pbx !== undefined && !isClosed) {
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
    },
    plan: (senders) =>
      planLockdown({
        policy: parts.policy(),
        world: parts.world(),
        addressesByHost: parts.addressesByHost(),
        heard,
        senders,
      }),
    get registered() {
      return registered.targets.length;
    },
  };
}
