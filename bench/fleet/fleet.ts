import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { READER } from '../../src/fleet/inbox.ts';
import { sealMessage } from '../../src/fleet/notice.ts';
import { openOperator } from '../../src/fleet/operator.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { newKeys } from '../../test/fleet/nats.ts';
import type { Keys } from '../../test/fleet/nats.ts';
import { openSite } from '../../test/fleet/site.ts';
import { createCrowd } from './crowd.ts';
import { cut, kill, stop } from './faults.ts';
import { idle, tellFor } from './figures.ts';
import { oneSite } from './one-site.ts';
import type { Options } from './options.ts';
import { HELP, readOptions } from './options.ts';
import type { Servers } from './servers.ts';
import { openServers } from './servers.ts';

/**
 * A thousand sites, the program's own client each with its own connection, against one real
 * nats-server on this machine, or a hub and its leaves. A thousand machines are made small on one:
 * the sites of a process share the check of a signature and the reading of a message (what one
 * costs is measured beside it), keep in memory what a site keeps in SQLite, and read their sockets
 * in gulps of some 25 ms. "Shut out" is when a site's breaker is asked.
 */
async function main(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gg-fleet-'));
  const operator = newKeys();
  const names = Array.from({ length: options.sites }, (_, at) => `site-${at}`);
  const everybody = [...names, 'newcomer'];
  const keys: Record<string, Keys> = Object.fromEntries(everybody.map((site) => [site, newKeys()]));
  const servers = await openServers(
    folder,
    operator,
    keys,
    options.leaves,
    options.faults.includes('cut'),
  );
  const crowd = createCrowd(names);
  process.on('exit', () => void servers.kill());
  try {
    const version = execFileSync('nats-server', ['--version'], { encoding: 'utf8' }).trim();
    const through = options.leaves === 0 ? '' : ` through ${options.leaves} leaves`;
    console.log(`${options.sites} sites${through}, ${version}, one machine`);
    perMessage(keyOf(keys, 'newcomer'));
    const { cpuUs, most } = await oneSite(join(folder, 'one'));
    console.log(
      `a whole site with SQLite: ${cpuUs.toFixed(0)} µs of CPU a notice, ${most.toFixed(1)} ms at most`,
    );
    await servers.start();
    const reach = { servers: [servers.hub.url], caFile: undefined };
    const hand = await openOperator(reach, operator.key);
    await hand.makeStreams();
    for (const site of everybody) {
      await hand.order({ order: 'site', site, key: keyOf(keys, site).key.publicKey });
    }
    const members = await hand.members();
    await newcomer(join(folder, 'newcomer'), keyOf(keys, 'newcomer'), operator, servers);

    const startedAt = performance.now();
    crowd.open((mine) => ({
      do: 'open',
      operator: operator.key.publicKey,
      sites: mine.map((site) => ({
        site,
        seed: keyOf(keys, site).seed,
        url: servers.urlOf(site),
      })),
      members,
      orders: everybody.length,
    }));
    await crowd.until(({ up, caughtUpAt }) => up === options.sites && caughtUpAt > 0);
    console.log(`all connected and caught up: ${seconds(performance.now() - startedAt)} s`);

    const parts = { crowd, servers, sites: options.sites };
    if (options.idleSeconds > 0) await idle(parts, options.idleSeconds);
    await tellFor(parts, 20, 5);
    await tellFor(parts, options.seconds, options.rate);
    for (const fault of options.faults) {
      if (fault === 'kill') await kill(parts);
      else if (fault === 'cut') await cut(parts, options.rate);
      else await stop(parts, options.rate);
    }
    await hand.close();
  } finally {
    for (const child of crowd.processes) child.kill('SIGKILL');
    await servers.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What one site pays for one message: reading, and the check of its signature. */
function perMessage({ key }: Keys): void {
  const told = [{ target: '198.51.100.1', rule: 'flood', proof: 'proven', until: 1 } as const];
  const data = Buffer.from(sealMessage({ site: 'a', number: 9, after: 8, sentAt: 9, told }, key));
  const envelope = READER.read(data)?.envelope;
  if (envelope === undefined) throw new Error('unread');
  const readUs = usOf(() => READER.read(data));
  const signedUs = usOf(() => READER.isSigned(envelope, key.publicKey));
  console.log(
    `one message: ${data.length} bytes; read ${readUs.toFixed(1)} µs, signature ${signedUs.toFixed(1)} µs`,
  );
}

function usOf(work: () => unknown): number {
  const times = 5000;
  const startedAt = performance.now();
  for (let at = 0; at < times; at++) work();
  return ((performance.now() - startedAt) * 1000) / times;
}

/** A real site with a real store that has never heard of the fleet. */
async function newcomer(
  folder: string,
  its: Keys,
  operator: Keys,
  servers: Servers,
): Promise<void> {
  const store = openStore(folder, { now: Date.now });
  const startedAt = performance.now();
  const site = openSite('newcomer', its, operator, servers.urlOf('newcomer'), store.fleet);
  while (site.fleet.report().caughtUpAt === undefined) await pause(5);
  console.log(
    `a new site knows ${site.fleet.report().sites} sites after ${seconds(performance.now() - startedAt)} s (SQLite)`,
  );
  await site.fleet.close();
  store.close();
}

function keyOf(keys: Readonly<Record<string, Keys>>, site: string): Keys {
  const held = keys[site];
  if (held === undefined) throw new Error(site);
  return held;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

const options = readOptions(process.argv.slice(2));
if (options === undefined) console.log(HELP);
else await main(options);
process.exit(0);
