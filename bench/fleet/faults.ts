import { setTimeout as pause } from 'node:timers/promises';
import { sumsOf } from './crowd.ts';
import type { Parts } from './figures.ts';

const BANS = 200;
const STILL_MS = 20_000;

/** The hub is killed right after a flood, bans happen meanwhile, and everybody comes back at once. */
export async function kill({ crowd, servers, sites }: Parts): Promise<void> {
  const { hub, leaves } = servers;
  await hub.kill();
  // Behind leaves the connections stay, and nobody answers.
  if (leaves.length === 0) await crowd.until(({ up }) => up === 0);
  const first = crowd.next;
  for (let at = 0; at < BANS; at++) crowd.tellOne();
  await pause(1000);
  const startedAt = Date.now();
  await hub.start();
  await crowd.until(({ up, unsent }) => up === sites && unsent === 0);
  const upAt = Date.now();
  const { whole, twice, lastAt } = await outcome(crowd, sites, first);
  console.log(
    `\nserver killed and started again, ${BANS} bans meanwhile: all ${sites} connected and told after ${seconds(upAt - startedAt)} s, ${whole} of ${BANS} bans at all after ${seconds(lastAt - startedAt)} s; asked twice: ${twice}`,
  );
}

/** Half of the sites stand still, as machines that swap or hang do; then they read what came. */
export async function stop({ crowd, sites }: Parts, rate: number): Promise<void> {
  const [still] = crowd.processes;
  const before = sumsOf(await crowd.reports());
  still?.kill('SIGSTOP');
  // Those that stand still tell nothing: what they were asked to tell waits for them.
  const first = await tellMeanwhile(crowd, rate);
  still?.kill('SIGCONT');
  const goneOnAt = Date.now();
  const { whole, twice, lastAt } = await outcome(crowd, sites, first);
  const after = sumsOf(await crowd.reports());
  console.log(
    `\nhalf of the sites stood still for ${STILL_MS / 1000} s at ${rate} bans/s: ${whole} of ${crowd.next - first} bans at all ${seconds(lastAt - goneOnAt)} s after; links lost ${after.losses - before.losses}; asked twice: ${twice}`,
  );
}

/** One of the leaves has no way to its hub: its sites hear each other, and what they tell waits. */
export async function cut({ crowd, servers, sites }: Parts, rate: number): Promise<void> {
  const { wire } = servers;
  if (wire === undefined) throw new TypeError('--fault cut: with --leaves alone');
  wire.cut();
  const first = await tellMeanwhile(crowd, rate);
  wire.mend();
  const mendedAt = Date.now();
  const { whole, twice, lastAt } = await outcome(crowd, sites, first);
  console.log(
    `\na leaf cut off from its hub for ${STILL_MS / 1000} s at ${rate} bans/s: ${whole} of ${crowd.next - first} bans at all ${seconds(lastAt - mendedAt)} s after; asked twice: ${twice}`,
  );
}

/** Tells for as long as the fault lasts; returns the first ban of these. */
async function tellMeanwhile(crowd: Parts['crowd'], rate: number): Promise<number> {
  const first = crowd.next;
  const startedAt = Date.now();
  while (Date.now() - startedAt < STILL_MS) {
    const due = ((Date.now() - startedAt) / 1000) * rate;
    while (crowd.next - first < due) crowd.tellOne();
    await pause(10);
  }
  return first;
}

async function outcome(crowd: Parts['crowd'], sites: number, first: number) {
  const seen = await crowd.settled(first, 90_000);
  const whole = seen.filter((each) => each.sites >= sites - 1);
  return {
    whole: whole.length,
    twice: seen.filter((each) => each.sites > sites - 1).length,
    lastAt: Math.max(...whole.map(({ lastAt }) => lastAt)),
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
