import { ATTACKS } from './attacks.ts';
import type { GoodTraffic } from './good.ts';
import { reachedFrom } from './kernel.ts';
import type { Net } from './net.ts';
import { sleep } from './process.ts';
import type { Report } from './report.ts';
import type { Variant } from './variant.ts';

/** INVITEs at the phone that neither the trunk nor another phone sent. */
export function ghosts(good: GoodTraffic): number {
  return good.rang().filter((from) => !/\+42022200|<sip:600\d@/.test(from)).length;
}

/**
 * The same attacks on a PBX that nothing guards (`--bare`): shows that each of them works, so that
 * its silence under guard means something.
 */
export async function attackBare(scene: {
  net: Net;
  variant: Variant;
  told: Report;
  good: GoodTraffic;
}): Promise<void> {
  const { net, variant, told, good } = scene;
  for (const attack of ATTACKS) {
    if (attack.rules(variant) === undefined) continue;
    const rang = ghosts(good);
    const from = performance.now();
    await attack.run(net, variant);
    const ms = Math.round(performance.now() - from);
    const reached = await reachedFrom(net.pbx, attack.from);
    const seen = `${reached} packets, ${ms} ms, phone rang ${ghosts(good) - rang} times`;
    told.check(`${attack.name}: reaches the PBX`, reached > 0, seen);
  }
  await sleep(1000);
  await good.stop();
  const { trunk } = good.tallies();
  told.check('trunk: every call answered', trunk.good === trunk.made, JSON.stringify(trunk));
}
