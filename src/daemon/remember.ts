import { stepsMs } from '../judge/jail-time.ts';
import { recallDialled } from '../judge/recall.ts';
import type { Standings } from '../judge/standings.ts';
import type { World } from '../judge/world.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';

/** Gives the standings and the world what the store knows of earlier runs, as far back as the policy looks. */
export function remember(
  store: Store,
  standings: Standings,
  { dialled }: Pick<World, 'dialled'>,
  policy: Policy,
  now: number,
): void {
  const { jail, breaker, rules } = policy;
  for (const earlier of store.earlierBans(now - stepsMs(jail), jail.forgetSeconds * 1000)) {
    standings.restore(earlier);
  }
  for (const past of store.goodCalls(now - breaker.goodTraffic.withinSeconds * 1000)) {
    standings.recall(past);
  }
  const sweep = rules['number-sweep'];
  if (sweep !== undefined) {
    const since = now - sweep.withinSeconds * 1000;
    recallDialled(dialled, store.dialled(since), since);
  }
  const slow = rules['slow-scan'];
  if (slow === undefined) return;
  for (const past of store.tries(now - slow.withinSeconds * 1000)) standings.recall(past);
}
