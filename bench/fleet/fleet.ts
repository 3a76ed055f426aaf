import { execFileSync, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { READER } from '../../src/fleet/inbox.ts';
import { sealMessage } from '../../src/fleet/notice.ts';
import { openOperator } from '../../src/fleet/operator.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { natsServer, newKeys } from '../../test/fleet/nats.ts';
import type { Keys } from '../../test/fleet/nats.ts';
import { openSite } from '../../test/fleet/site.ts';
import type { Report, Seen, Told } from './sites.ts';

/**
 * A thousand sites, the program's own client each with its own connection, against one real
 * nats-server on this machine. Sites of one process share the check of a signature and the
 * reading of a message (what one costs is measured beside it), and keep in memory what a site
 * keeps in SQLite. "Shut out" is when a site's breaker is asked.
 *   node dist/bench/fleet/fleet.js [SITES] [SECONDS] [BANS_PER_SECOND]
 */
const [sitesText = '1000', secondsText = '30', rateText = '100'] = process.argv.slice(2);
const SITES = Number(sitesText);
const SECONDS = Number(secondsText);
const RATE = Number(rateText);
const PROCESSES = 2;

const folder = mkdtempSync(join(tmpdir(), 'gg-fleet-'));
const children: ChildProcess[] = [];
const operator = newKeys();
const names = Array.from({ length: SITES }, (_, at) => `site-${at}`);
const keys: Record<string, Keys> = Object.fromEntries(
  [...names, 'newcomer'].map((site) => [site, newKeys()]),
);
const MONITOR = `127.0.0.1:${20_000 + (process.pid % 10_000)}`;
const nats = await natsServer(folder, operator, keys, `http: ${MONITOR}`);
process.on('exit', () => void nats.kill());
let next = 0;
/** By target, what each process told of it last. */
const parts = new Map<string, Map<number, Seen>>();

try {
  await run();
} finally {
  for (const child of children) child.kill('SIGKILL');
  await nats.kill();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function run(): Promise<void> {
  const version = execFileSync('nats-server', ['--version'], { encoding: 'utf8' }).trim();
  console.log(`${SITES} sites in ${PROCESSES} processes, ${version}, one machine`);
  perMessage();
  await nats.start();
  const reach = { servers: [nats.url], caFile: undefined };
  const hand = await openOperator(reach, operator.key);
  await hand.makeStreams();
  const everybody = [...names, 'newcomer'];
  for (const site of everybody) {
    await hand.order({ order: 'site', site, key: keysOf(site).key.publicKey });
  }
  const members = await hand.members();
  await newcomer();

  const startedAt = performance.now();
  for (let at = 0; at < PROCESSES; at++) {
    const child = fork(fileURLToPath(new URL('sites.js', import.meta.url)), [], {
      // What is young of 500 machines.
      execArgv: (process.env['EXECARGV'] ?? '--max-semi-space-size=64').split(' '),
    });
    children.push(child);
    const mine = names.filter((_, place) => place % PROCESSES === at);
    say(child, {
      do: 'open',
      url: nats.url,
      operator: operator.key.publicKey,
      sites: mine.map((site) => ({ site, seed: keysOf(site).seed })),
      members,
      orders: everybody.length,
    });
  }
  await until(({ up, caughtUpAt }) => up === SITES && caughtUpAt > 0);
  console.log(`all connected and caught up: ${seconds(performance.now() - startedAt)} s`);

  await tellFor('one ban every 200 ms', 10, 5);
  await tellFor(`${RATE} new bans a second`, SECONDS, RATE);
  if (process.env['STORM'] !== undefined) await storm();
  await hand.close();
}

/** What one site pays for one message: reading, and the check of its signature. */
function perMessage(): void {
  const { key } = keysOf('site-0');
  const told = [{ target: '198.51.100.1', rule: 'flood', proof: 'proven', until: 1 } as const];
  const data = Buffer.from(sealMessage({ site: 'a', number: 9, after: 8, sentAt: 9, told }, key));
  const times = 5000;
  let startedAt = performance.now();
  for (let at = 0; at < times; at++) READER.read(data);
  const readUs = ((performance.now() - startedAt) * 1000) / times;
  const envelope = READER.read(data)?.envelope;
  if (envelope === undefined) throw new Error('unread');
  startedAt = performance.now();
  for (let at = 0; at < times; at++) READER.isSigned(envelope, key.publicKey);
  const signedUs = ((performance.now() - startedAt) * 1000) / times;
  console.log(
    `one message: ${data.length} bytes; read ${readUs.toFixed(1)} µs, signature ${signedUs.toFixed(1)} µs`,
  );
}

/** A real site with a real store that has never heard of the fleet. */
async function newcomer(): Promise<void> {
  const store = openStore(join(folder, 'newcomer'), { now: Date.now });
  const startedAt = performance.now();
  const site = openSite('newcomer', keysOf('newcomer'), operator, nats.url, store.fleet);
  while (site.fleet.report().caughtUpAt === undefined) await pause(5);
  console.log(
    `a new site knows ${site.fleet.report().sites} sites after ${seconds(performance.now() - startedAt)} s (SQLite)`,
  );
  await site.fleet.close();
  store.close();
}

async function tellFor(what: string, forSeconds: number, rate: number): Promise<void> {
  const before = await reports();
  const wire = await varz();
  const cpu = cpuOf(nats.pid);
  const first = next;
  const startedAt = performance.now();
  const total = forSeconds * rate;
  for (let done = 0; done < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * rate) + 1);
    for (; done < due; done++) tellOne();
    await pause(Math.min(10, 1000 / rate));
  }
  const tookMs = performance.now() - startedAt;
  const merged = await settled(first, 60_000);
  const after = await reports();
  const latest = [...merged.values()];
  const whole = latest.filter((seen) => seen.sites === SITES - 1);
  const all = latencies(whole);
  const tail = latencies(whole.slice(-Math.max(20, rate * 5)));
  const now = await varz();
  console.log(`\n${what} for ${forSeconds} s (sent at ${(total / (tookMs / 1000)).toFixed(0)}/s)`);
  console.log(`  at all ${SITES - 1} others: ${whole.length} of ${latest.length} bans`);
  console.log(
    `  told to shut out at all: p50 ${quantile(all, 0.5)} ms, p99 ${quantile(all, 0.99)} ms, most ${quantile(all, 1)} ms; the last 5 s p99 ${quantile(tail, 0.99)} ms`,
  );
  const sitesMs = sum(after, 'cpuMs') - sum(before, 'cpuMs');
  console.log(
    `  nats-server: ${percent(cpuOf(nats.pid) - cpu, tookMs)} of a core; all sites together: ${percent(sitesMs, tookMs)} (${((sitesMs * 1000) / (latest.length * SITES)).toFixed(1)} µs a notice and site)`,
  );
  const out = now.out_bytes - wire.out_bytes;
  console.log(
    `  bytes to each site: ${(out / SITES / latest.length).toFixed(0)} a ban; memory of the sites' processes ${sum(after, 'rssMb').toFixed(0)} MB`,
  );
}

/** The server is killed, bans happen meanwhile, and a thousand sites come back at once. */
async function storm(): Promise<void> {
  // Quiet for as long as it takes that each site knows how far it has heard.
  await pause(6000);
  await nats.kill();
  await until(({ up }) => up === 0);
  const first = next;
  for (let at = 0; at < 200; at++) tellOne();
  await pause(1000);
  const startedAt = Date.now();
  await nats.start();
  await until(({ up, unsent }) => up === SITES && unsent === 0);
  const upAt = Date.now();
  const merged = [...(await settled(first, 60_000)).values()];
  const whole = merged.filter(({ sites }) => sites === SITES - 1);
  const last = Math.max(...whole.map(({ lastAt }) => lastAt));
  console.log(
    `\nserver killed and started again, 200 bans meanwhile: all ${SITES} connected and told after ${seconds(upAt - startedAt)} s, ${whole.length} of 200 bans at all after ${seconds(last - startedAt)} s; asked twice: ${merged.filter(({ sites }) => sites > SITES - 1).length}`,
  );
}

function tellOne(): void {
  const site = names[(next * 7919) % SITES] ?? '';
  const at = names.indexOf(site) % PROCESSES;
  const child = children[at];
  if (child === undefined) return;
  say(child, { do: 'tell', site, target: targetAt(next++) });
}

function targetAt(at: number): string {
  return `198.18.${(at >> 8) & 255}.${at & 255}`;
}

/** Waits until every ban since `first` is at all sites, or long enough. */
async function settled(first: number, mostMs: number): Promise<Map<string, Seen>> {
  const late = performance.now() + mostMs;
  for (;;) {
    await reports();
    const wanted = Array.from({ length: next - first }, (_, at) => targetAt(first + at));
    const found = new Map(wanted.map((target) => [target, totalOf(target)]));
    const isWhole = [...found.values()].every(({ sites }) => sites >= SITES - 1);
    if (isWhole || performance.now() > late) return found;
    await pause(500);
  }
}

function note(child: number, target: string, seen: Seen): void {
  const held = parts.get(target) ?? new Map<number, Seen>();
  held.set(child, seen);
  parts.set(target, held);
}

function totalOf(target: string): Seen {
  const held = [...(parts.get(target)?.values() ?? [])];
  const toldAt = held.map((seen) => seen.toldAt).find((time) => time !== undefined);
  return {
    sites: held.reduce((all, { sites }) => all + sites, 0),
    lastAt: Math.max(0, ...held.map(({ lastAt }) => lastAt)),
    ...(toldAt === undefined ? {} : { toldAt }),
  };
}

async function reports(): Promise<Report[]> {
  const answers: Report[] = [];
  for (const [at, child] of children.entries()) {
    const answer = new Promise<Report>((resolve) =>
      child.once('message', (value) => resolve(value as Report)),
    );
    say(child, { do: 'report' });
    const report = await answer;
    for (const [target, seen] of Object.entries(report.targets)) note(at, target, seen);
    answers.push({ ...report, targets: {} });
  }
  return answers;
}

async function until(holds: (all: { up: number; caughtUpAt: number; unsent: number }) => boolean) {
  for (let tries = 0; tries < 1200; tries++) {
    const all = await reports();
    const caughtUpAt = Math.min(...all.map((one) => one.caughtUpAt));
    if (holds({ up: sum(all, 'up'), unsent: sum(all, 'unsent'), caughtUpAt })) return;
    await pause(100);
  }
  throw new Error('it never came to this');
}

function say(child: ChildProcess, told: Told): void {
  child.send(told);
}

function latencies(seen: readonly Seen[]): number[] {
  return seen.map(({ toldAt = 0, lastAt }) => lastAt - toldAt).toSorted((a, b) => a - b);
}

function quantile(sorted: readonly number[], at: number): string {
  return (
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN
  ).toFixed(1);
}

function sum<K extends string>(all: readonly Record<K, number>[], key: K): number {
  return all.reduce((so, one) => so + one[key], 0);
}

async function varz(): Promise<{ out_bytes: number }> {
  const answer = await fetch(`http://${MONITOR}/varz`);
  return (await answer.json()) as { out_bytes: number };
}

/** CPU time of a process so far, ms (proc(5): utime and stime, in hundredths). */
function cpuOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function keysOf(site: string): Keys {
  const held = keys[site];
  if (held === undefined) throw new Error(site);
  return held;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function percent(ms: number, ofMs: number): string {
  return `${Math.round((ms / ofMs) * 100)} %`;
}
