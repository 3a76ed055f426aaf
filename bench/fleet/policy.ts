import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createFleet } from '../../src/fleet/fleet.ts';
import { openOperator } from '../../src/fleet/operator.ts';
import { withRing } from '../../src/fleet/operator-bases.ts';
import { natsServer, newKeys } from '../../test/fleet/nats.ts';
import { REPORT } from '../../test/fleet/site.ts';
import { memoryOnly } from './memory.ts';

/**
 * How soon every site has what the operator publishes: from the rollout order to the last site that
 * read a base of 38 kB and checked its signature. All sites in this process, the server beside it.
 *   node dist/bench/fleet/policy.js [SITES]
 */
const count = Number(process.argv[2] ?? 1000);
const keys = Object.fromEntries(Array.from({ length: count }, (_, at) => [`s${at}`, newKeys()]));
const folder = mkdtempSync(join(tmpdir(), 'ghostgate-bench-'));
const operator = newKeys();
const nats = await natsServer(folder, operator, keys);
await nats.start();
const reach = { servers: [nats.url], caFile: undefined };
const hand = await openOperator(reach, operator.key);
await hand.makeStreams();
for (const [site, { key }] of Object.entries(keys)) {
  await hand.order({ order: 'site', site, key: key.publicKey });
}

const members = Object.entries(keys).map(([site, { key }]) => ({
  site,
  key: key.publicKey,
  at: 1,
}));
const times: number[] = [];
let orderedAt = 0;
let up = 0;
let failed = 0;
const fleets = Object.entries(keys).map(([site, { key }]) => {
  let asked = false;
  const fleet = createFleet({
    site,
    key,
    operator: operator.key.publicKey,
    reach,
    memory: memoryOnly({
      members,
      heard: new Map(),
      claims: [],
      freed: [],
      facts: new Map([['GHOSTGATE_ORDERS', String(count)]]),
    }),
    settings: () => ({
      accept: { provenFrom: 1, forgeableFrom: 3, sitePerMinute: 120 },
      v6Bits: 64,
    }),
    wishes: {
      shutOut() {},
      notAnyMore() {},
      free() {},
      allow() {},
      base(wanted) {
        if (asked) return;
        asked = true;
        fleet.base(wanted).then(
          () => void times.push(performance.now() - orderedAt),
          () => failed++,
        );
      },
    },
    summary: () => REPORT,
    on: { link: ({ state }) => void (state === 'up' && up++), refused() {}, failed() {} },
    now: Date.now,
  });
  return fleet;
});
await until(() => up >= count);
// The sites' first reading of what was ordered before.
await pause(4000);

const base = await hand.publish(`# ${'x'.repeat(38_000)}\nmode: observe\n`, 'the bench');
orderedAt = performance.now();
const rings = withRing([], 'all', base, Date.now(), true);
await hand.order({ order: 'rollout', rings, soakSeconds: 0, because: 'the bench' });
await until(() => times.length + failed >= count);
const askedAt = performance.now();
const states = await hand.states();
const sorted = times.toSorted((a, b) => a - b);
console.log(`${sorted.length} of ${count} sites have a policy of 38 kB, ${failed} failed`);
console.log(
  `  half of them after ${ms(sorted[sorted.length >> 1])}, all after ${ms(sorted.at(-1))}`,
);
console.log(`  the operator reads how ${states.length} are in ${ms(performance.now() - askedAt)}`);
for (const fleet of fleets) void fleet.close();
await hand.close();
await nats.kill();
rmSync(folder, { recursive: true, force: true });
process.exit(sorted.length === count ? 0 : 1);

function ms(time = Number.NaN): string {
  return `${Math.round(time)} ms`;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 1200) throw new Error('it never came to this');
    await pause(50);
  }
}
