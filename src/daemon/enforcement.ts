import { isDeepStrictEqual } from 'node:util';
import type { Enforcer } from '../enforce/enforcer.ts';
import { EnforceError } from '../enforce/enforcer.ts';
import type { BanList } from '../enforce/gate-list.ts';
import type { Keeper } from '../enforce/keeper.ts';
import { createKeeper } from '../enforce/keeper.ts';
import { openEnforcers } from '../enforce/open.ts';
import type { Ban } from '../judge/verdict.ts';
import type { FreeswitchPbxLink } from '../pbx/freeswitch/link.ts';
import type { GateMemory } from '../pbx/gate.ts';
import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import type { Policy } from '../policy/policy.ts';
import type { Log } from './log.ts';

export interface EnforcementParts {
  readonly wanted: () => readonly Ban[];
  readonly reloadAcl: (pbxs: readonly string[]) => Promise<void>;
  /** The link to a FreeSWITCH, to ask what it holds. */
  readonly freeswitch: (pbx: string) => FreeswitchPbxLink | undefined;
  /** The gates that can be reached now, by name of their PBX. */
  readonly gates: () => ReadonlyMap<string, GateMemory>;
  /** Networks of all trunks, DNS answers included. */
  readonly trunkNetworks: () => readonly string[];
  readonly log: Log;
  readonly now: () => number;
}

/** The keeper of the enforcers the policy names now. */
export interface Enforcement {
  readonly keeper: () => Keeper;
  /** Opens the places and restores the bans in force. A place that fails is told and tried again each tick. */
  open(policy: Policy): Promise<void>;
  /** Changes to the places of a new policy; what was written in places it no longer names is taken out. */
  readonly policy: (next: Policy) => Promise<void>;
}

export function createEnforcement(first: Policy, parts: EnforcementParts): Enforcement {
  let policy = first;
  let enforcers: Enforcer[] = [];
  let keeper = keeperOf([], parts);

  const linkOf = (pbx: string): FreeswitchPbxLink => {
    const link = parts.freeswitch(pbx);
    if (link !== undefined) return link;
    throw new EnforceError(`${pbx} is not connected`, 'It is asked again at the next tick.');
  };

  const open = async (next: Policy): Promise<void> => {
    policy = next;
    enforcers = openEnforcers(next.enforce, next.mode, {
      reloadAcl: (pbxs) =>
        parts.reloadAcl(pbxs.length > 0 ? pbxs : next.pbxs.map(({ name }) => name)),
      heldAcl: async (pbx, list) => await linkOf(pbx).heldAcl(list),
      sipProfiles: async (pbx) => await linkOf(pbx).profiles(),
      banLists(pbxs) {
        const gates = [...parts.gates()].filter(([name]) => pbxs.includes(name));
        return gates.map(([, gate]) => banList(gate));
      },
      trunkNetworks: parts.trunkNetworks,
      now: parts.now,
      skipped: (name, targets) => {
        const why = `${targets.length} bans have no room in it: the newest and longest are in force`;
        parts.log.warn({ event: 'enforcer', enforcer: name, why }, 'enforcer');
      },
    });
    keeper = keeperOf(enforcers, parts);
    await keeper.open();
  };

  return {
    keeper: () => keeper,
    open,
    async policy(next) {
      const same =
        next.mode === policy.mode &&
        isDeepStrictEqual(next.enforce, policy.enforce) &&
        isDeepStrictEqual(next.pbxs, policy.pbxs);
      if (same) {
        policy = next;
        return;
      }
      const before = { enforcers, keeper, policy };
      await before.keeper.close();
      await open(next);
      const kept = next.mode === 'observe' ? [] : next.enforce.map((one) => placeOf(one));
      for (const [at, enforcer] of before.enforcers.entries()) {
        const written = before.policy.enforce[at];
        const place = written === undefined ? enforcer.name : placeOf(written);
        if (!kept.includes(place)) await empty(enforcer, parts);
      }
    },
  };
}

function banList(gate: GateMemory): BanList {
  return {
    put: (bans) => gate.put('ban', bans),
    remove: (targets) => gate.remove('ban', targets),
    held: () => gate.held('ban'),
    canHold: (target) => gate.canHold(target),
  };
}

/** A table or set of another name is another place, as is another API. */
function placeOf(enforcer: EnforcerPolicy): string {
  if (enforcer.kind === 'nftables') return `nftables ${enforcer.table}`;
  if (enforcer.kind === 'ipset') return `ipset ${enforcer.set}`;
  if (enforcer.kind === 'crowdsec') return `crowdsec ${enforcer.url} ${enforcer.machine}`;
  return enforcer.kind;
}

/** Nobody watches over these bans any more: a customer switched to observe to be let in again. */
async function empty(enforcer: Enforcer, { log }: EnforcementParts): Promise<void> {
  try {
    await enforcer.open();
    await enforcer.lockdown?.(undefined);
    await enforcer.release([...(await enforcer.present())]);
  } catch (error) {
    log.error({ err: error, enforcer: enforcer.name }, 'its bans could not be taken out');
  } finally {
    await enforcer.close();
  }
}

function keeperOf(enforcers: readonly Enforcer[], parts: EnforcementParts): Keeper {
  return createKeeper(enforcers, {
    wanted: parts.wanted,
    now: parts.now,
    report: (name, report) => {
      parts.log.warn({ event: 'enforcer', enforcer: name, ...report }, 'enforcer');
    },
  });
}
