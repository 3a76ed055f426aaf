import { setTimeout as pause } from 'node:timers/promises';
import type { Crowd, Sums } from './crowd.ts';
import { sumsOf } from './crowd.ts';
import type { OnWire, Servers, Used } from './servers.ts';
import { usedBy, wireOf } from './servers.ts';
import type { Seen } from './sites.ts';

export interface Parts {
  readonly crowd: Crowd;
  readonly servers: Servers;
  readonly sites: number;
}

/** What has been used so far, by whom. */
interface Spent {
  readonly at: number;
  readonly hub: Used;
  readonly leaves: readonly Used[];
  readonly sites: Sums;
  readonly wire: OnWire;
}

/** What a fleet costs in which nothing happens. */
export async function idle(parts: Parts, forSeconds: number): Promise<void> {
  // What was begun at the start is over.
  await pause(3000);
  const before = await spent(parts);
  await pause(forSeconds * 1000);
  const after = await spent(parts);
  const ms = after.at - before.at;
  const perHour = 3_600_000 / ms / parts.sites;
  const bytes = after.wire.toSites - before.wire.toSites;
  const back = after.wire.fromSites - before.wire.fromSites;
  console.log(`\nnothing told for ${forSeconds} s`);
  console.log(
    `  each site an hour: ${(bytes * perHour).toFixed(0)} bytes to it, ${(back * perHour).toFixed(0)} from it, ${((after.sites.cpuMs - before.sites.cpuMs) * perHour).toFixed(0)} ms of CPU`,
  );
  console.log(`  ${serversText(before, after)}`);
}

/** Bans at this rate, each by another site: how long until all have it, and what it costs. */
export async function tellFor(parts: Parts, forSeconds: number, rate: number): Promise<void> {
  const { crowd, sites } = parts;
  const before = await spent(parts);
  const first = crowd.next;
  const total = forSeconds * rate;
  const startedAt = performance.now();
  for (let done = 0; done < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * rate) + 1);
    for (; done < due; done++) crowd.tellOne();
    await pause(Math.min(10, 1000 / rate));
  }
  const tookMs = performance.now() - startedAt;
  // The last are under way: asking now would be work in their time.
  await pause(500);
  const after = await spent(parts);
  const seen = await crowd.settled(first, 60_000);
  const end = sumsOf(await crowd.reports());
  const whole = seen.filter((each) => each.sites === sites - 1);
  const all = latencies(whole);
  const deliveries = seen.length * sites;
  console.log(
    `\n${rate} new bans a second for ${forSeconds} s (${(total / (tookMs / 1000)).toFixed(0)}/s)`,
  );
  console.log(
    `  at all ${sites - 1} others: ${whole.length} of ${seen.length}; links lost ${end.losses - before.sites.losses}, unread ${end.failures - before.sites.failures}, refused ${end.refused - before.sites.refused}`,
  );
  console.log(
    `  told to shut out at all: p50 ${quantile(all, 0.5)} ms, p99 ${quantile(all, 0.99)} ms, most ${quantile(all, 1)} ms`,
  );
  const sitesMs = after.sites.cpuMs - before.sites.cpuMs;
  console.log(
    `  ${serversText(before, after)}; sites ${percent(sitesMs, after.at - before.at)}, ${((sitesMs * 1000) / deliveries).toFixed(1)} µs a ban and site, ${after.sites.rssMb.toFixed(0)} MB`,
  );
  const bytes = after.wire.toSites - before.wire.toSites;
  const back = after.wire.fromSites - before.wire.fromSites;
  console.log(
    `  on the wire, for a ban and site: ${(bytes / deliveries).toFixed(0)} bytes to it, ${(back / deliveries).toFixed(0)} from it`,
  );
}

async function spent({ crowd, servers }: Parts): Promise<Spent> {
  const { hub, leaves } = servers;
  return {
    at: performance.now(),
    hub: usedBy(hub),
    leaves: leaves.map(usedBy),
    sites: sumsOf(await crowd.reports()),
    wire: wireOf(leaves.length > 0 ? leaves : [hub]),
  };
}

/** CPU of the servers between two looks, and their memory. */
function serversText(before: Spent, after: Spent): string {
  const ms = after.at - before.at;
  const text = (name: string, from: Used | undefined, to: Used): string =>
    `${name} ${percent(to.cpuMs - (from?.cpuMs ?? 0), ms)} of a core, ${to.rssMb.toFixed(0)} MB`;
  const leaves = after.leaves.map((leaf, at) => text('leaf', before.leaves[at], leaf));
  return [text('nats-server', before.hub, after.hub), ...leaves].join('; ');
}

function latencies(seen: readonly Seen[]): number[] {
  return seen.map(({ toldAt = 0, lastAt }) => lastAt - toldAt).toSorted((a, b) => a - b);
}

function quantile(sorted: readonly number[], at: number): string {
  const index = Math.min(sorted.length - 1, Math.floor(sorted.length * at));
  return (sorted[index] ?? Number.NaN).toFixed(0);
}

function percent(ms: number, ofMs: number): string {
  return `${((ms / ofMs) * 100).toFixed(ms * 20 < ofMs ? 1 : 0)} %`;
}
