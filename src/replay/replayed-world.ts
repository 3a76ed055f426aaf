import type { PrefixTable } from '../event/network.ts';
import { prefixTable } from '../event/network.ts';
import type { Registration } from '../event/sip-event.ts';
import type { JournalRecord } from '../judge/journal.ts';
import type { World } from '../judge/world.ts';
import { newWorld, registrationsByTarget, unresolvedHosts } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import { buildTrunkTable } from '../policy/resolve.ts';

/** The world as it was when each event was judged, as far as the history tells. */
export interface ReplayedWorld {
  readonly world: World;
  /** Takes a change of the world; other records change nothing. */
  change(record: JournalRecord): void;
}

/** @param hosts addresses of the trunks' names, until the history tells those of its own time */
export function replayedWorld(
  policy: Policy,
  hosts: ReadonlyMap<string, readonly string[]> = new Map(),
): ReplayedWorld {
  const byPbx = new Map<string, readonly Registration[]>();
  const graces = new Map<string, number>();
  const world = newWorld(policy, hosts, {
    own: ownNetworks([]),
    trunks: buildTrunkTable(policy.trunks, hosts),
    graces,
  });
  return {
    world,
    change(change) {
      if (change.record === 'registrations') {
        byPbx.set(change.pbx, change.live);
        world.registrations = registrationsByTarget(byPbx, policy.jail.ipv6PrefixBits);
      } else if (change.record === 'registrations-changed') {
        const gone = new Set(change.gone.map(keyOf));
        const kept = byPbx.get(change.pbx)?.filter((one) => !gone.has(keyOf(one))) ?? [];
        byPbx.set(change.pbx, [...kept, ...change.added]);
        world.registrations = registrationsByTarget(byPbx, policy.jail.ipv6PrefixBits);
      } else if (change.record === 'trunks') {
        const now = new Map([...hosts, ...Object.entries(change.addresses)]);
        world.trunks = buildTrunkTable(policy.trunks, now);
        world.unresolvedHosts = unresolvedHosts(policy, now);
      } else if (change.record === 'own') world.own = ownNetworks(change.networks);
      else if (change.record === 'released') graces.set(change.target, change.graceUntil);
      else if (change.record === 'start') byPbx.clear();
    },
  };
}

function keyOf({ account, address }: Registration): string {
  return `${account}\n${address}`;
}

function ownNetworks(networks: readonly string[]): PrefixTable<string> {
  const own = prefixTable([
    ['127.0.0.0/8', 'loopback'],
    ['::1', 'loopback'],
  ]);
  for (const network of networks) own.add(network, 'the PBX');
  return own;
}
