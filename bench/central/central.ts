import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask } from '../../src/cli/client.ts';
import type { CentralReport } from '../../src/web/central.ts';
import { percentile, table, thousands } from '../figures.ts';

/**
 * One `ghostgate central run` with many sites, each with a PBX of its own: what it costs, and how
 * long a call waits from its Newchannel to its verdict at the PBX. The PBXs are emulated, in one
 * other process; everything is on this machine.
 *   node dist/bench/central/central.js [CALLS_PER_SECOND] [SECONDS] [SITES…]
 */
const [rate = '2', seconds = '30', ...counts] = process.argv.slice(2);
const here = fileURLToPath(new URL('.', import.meta.url));
const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

interface Waits {
  readonly waits: number[];
  readonly made: number;
  readonly lost: number;
}

const rows = [
  ['sites', 'all up', 'idle', 'idle cpu', 'memory', 'cpu', 'calls/s', 'p50', 'p99', 'no answer'],
];
for (const count of counts.length === 0 ? ['1', '100', '300'] : counts) {
  rows.push(await measure(Number(count)));
}
console.log(`one process, ${rate} calls/s at each site, ${seconds} s, ${cpus().length} cores shared with the PBXs
${table(rows)}`);
process.exit(0);

async function measure(sites: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gg-central-'));
  const farm = fork(join(here, 'pbxs.js'), [String(sites), rate]);
  const { ports } = await told<{ ports: number[] }>(farm);
  mkdirSync(join(folder, 'sites'));
  for (const [at, port] of ports.entries()) writeFileSync(policyFile(folder, at), policy(at, port));
  const run = ['--run-folder', join(folder, 'run'), '--state', join(folder, 'state')];
  const startedAt = performance.now();
  const central = spawn('node', [main, 'central', 'run', join(folder, 'sites'), ...run], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BENCH_SECRET: 'secret' },
  });
  try {
    await allUp(join(folder, 'run', 'central.sock'), sites);
    const upMs = performance.now() - startedAt;
    await pause(5000);
    const idle = residentMb(central);
    const idleFrom = cpuSeconds(central);
    await pause(10_000);
    const idleShare = (cpuSeconds(central) - idleFrom) / 10;
    farm.send('go');
    const from = cpuSeconds(central);
    const began = performance.now();
    await pause(Number(seconds) * 1000);
    const share = (cpuSeconds(central) - from) / ((performance.now() - began) / 1000);
    const memory = residentMb(central);
    farm.send('stop');
    const { waits, made, lost } = await told<Waits>(farm);
    return [
      String(sites),
      `${(upMs / 1000).toFixed(1)} s`,
      `${thousands(idle)} MB`,
      `${(idleShare * 100).toFixed(0)} %`,
      `${thousands(memory)} MB`,
      `${(share * 100).toFixed(0)} %`,
      thousands(made / Number(seconds)),
      `${percentile(waits, 0.5).toFixed(1)} ms`,
      `${percentile(waits, 0.99).toFixed(1)} ms`,
      `${lost} of ${thousands(made)}`,
    ];
  } finally {
    central.kill('SIGTERM');
    await new Promise((resolve) => central.once('exit', resolve));
    farm.send('end');
    rmSync(folder, { recursive: true, force: true });
  }
}

function policyFile(folder: string, at: number): string {
  return join(folder, 'sites', `site-${String(at).padStart(3, '0')}.yaml`);
}

/** As docs/central.md has it: the gate, and bans in the gate's own list. */
function policy(at: number, port: number): string {
  return `site: site-${at}
mode: enforce
pbxs:
  - name: pbx
    asterisk: { port: ${port}, username: ghostgate, secret: { env: BENCH_SECRET } }
trunks:
  - { name: carrier, sources: [198.18.12.1] }
gate: { enabled: true }
`;
}

async function allUp(socket: string, sites: number): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    const reply = await ask<CentralReport>(socket, 'GET', '/central');
    if (reply.ok) {
      const up = reply.body.sites.filter(({ pbxs = [] }) => pbxs[0]?.state === 'up');
      if (up.length === sites) return;
    }
    await pause(100);
  }
  throw new Error('not all sites came up');
}

async function told<T>(child: ChildProcess): Promise<T> {
  return await new Promise<T>((resolve) => child.once('message', (word) => resolve(word as T)));
}

function residentMb({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

/** User and system time; 100 ticks are a second (proc(5), sysconf(_SC_CLK_TCK)). */
function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
