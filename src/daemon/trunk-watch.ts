import type { SipEvent } from '../event/sip-event.ts';
import type { Standing } from '../judge/standing.ts';
import { createTrunkDrift } from '../judge/trunk-drift.ts';
import type { World } from '../judge/world.ts';
import type { PbxStatus } from '../pbx/pbx.ts';
import { isOf, type TrunkProposal, unlisted } from '../pbx/trunks.ts';
import type { PbxPolicy } from '../policy/policy-pbx.ts';
import type { Policy } from '../policy/policy.ts';
import type { TrunkPolicy } from '../policy/policy-trunks.ts';
import { learnTrunks } from './learn-trunks.ts';
import type { Notices } from './notices.ts';

/** Compares the policy's trunks with what the PBXs say and what comes in, and tells what differs. */
export interface TrunkWatch {
  /** Addresses of the trunks' DNS names changed, or the policy did. */
  readonly changed: () => void;
  /** A PBX that is reached is asked which trunks it has, and again every hour. */
  link(status: Pick<PbxStatus, 'name' | 'state'>): void;
  judged(event: SipEvent, standing: Standing): void;
  close(): void;
}

/** An Asterisk that takes logins may still be reading its modules. */
const FIRST_MS = 10_000;
const AGAIN_MS = 3_600_000;

export function createTrunkWatch(parts: {
  readonly policy: () => Policy;
  readonly world: () => World;
  /** Addresses that DNS named for the trunks' hosts. */
  readonly addressesByHost: () => ReadonlyMap<string, readonly string[]>;
  readonly notices: Pick<Notices, 'tell' | 'settle'>;
  /** Asks a PBX; replaced in tests. */
  readonly learn?: (pbx: PbxPolicy) => Promise<readonly TrunkProposal[] | undefined>;
  readonly firstMs?: number;
}): TrunkWatch {
  const { policy, world, addressesByHost, notices, learn = learnTrunks } = parts;
  const drift = createTrunkDrift();
  const timers = new Map<string, NodeJS.Timeout>();
  let named = addressesByHost();

  const resolved = ({ networks, hosts }: TrunkPolicy): string[] => [
    ...networks,
    ...hosts.flatMap((host) => addressesByHost().get(host) ?? []),
  ];

  async function ask(name: string): Promise<void> {
    const pbx = policy().pbxs.find((each) => each.name === name);
    if (pbx === undefined) return;
    try {
      for (const proposal of (await learn(pbx)) ?? []) compare(name, proposal);
    } catch {
      // It is away or says no, which its link tells; it is asked again.
    }
    // Meanwhile the link may have gone, and its timer with it.
    if (timers.has(name)) schedule(name, AGAIN_MS);
  }

  function compare(pbx: string, proposal: TrunkProposal): void {
    const { endpoint, sources, why } = proposal;
    const { trunks } = policy();
    const trunk = trunks.find((each) => sources.some((one) => isOf(each, resolved(each), one)));
    if (trunk !== undefined) drift.named(pbx, endpoint, trunk.name);
    const without = unlisted(proposal, policy(), resolved);
    const about = `trunk ${pbx} ${endpoint}`;
    if (without.length === 0) return notices.settle(about);
    const text = `${pbx} has a trunk ${endpoint} at ${without.slice(0, 5).join(', ')} (${why}), not in your list: calls from there are a stranger's; ghostgate doctor shows the lines to add`;
    notices.tell(text, about);
  }

  function schedule(name: string, afterMs: number): void {
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(() => void ask(name), afterMs).unref());
  }

  /** What DNS names besides what it named before; the first answer of all is no news. */
  function tellNew(): void {
    const now = addressesByHost();
    for (const { name, hosts } of policy().trunks) {
      for (const host of hosts) {
        const before = named.get(host) ?? [];
        const added = (now.get(host) ?? []).filter((address) => !before.includes(address));
        if (before.length === 0 || added.length === 0) continue;
        const text = `trunk ${name} now also sends from ${added.slice(0, 5).join(', ')}: DNS says so of ${host}; your list follows the name, so its calls go on`;
        notices.tell(text, `dns ${host}`);
      }
    }
    named = now;
  }

  function changed(): void {
    tellNew();
    drift.trunks(policy().trunks, resolved);
    for (const name of timers.keys()) schedule(name, parts.firstMs ?? FIRST_MS);
  }

  return {
    changed,
    link({ name, state }) {
      clearTimeout(timers.get(name));
      timers.delete(name);
      if (state === 'up' || state === 'degraded') schedule(name, parts.firstMs ?? FIRST_MS);
    },
    judged(event, standing) {
      const found = drift.note(event, standing, { world: world(), policy: policy() });
      if (found === undefined) return;
      if ('settled' in found) notices.settle(`drift ${found.settled}`);
      else notices.tell(found.tell, `drift ${found.address}`);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
