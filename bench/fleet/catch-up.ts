import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { sealMessage } from '../../src/fleet/notice.ts';
import { openOperator } from '../../src/fleet/operator.ts';
import { noticeSubject } from '../../src/fleet/words.ts';
import { openStore } from '../../src/store/sqlite.ts';
import type { Keys } from '../../test/fleet/nats.ts';
import { natsServer, newKeys } from '../../test/fleet/nats.ts';
import { ACCEPT, openSite } from '../../test/fleet/site.ts';
import { usedBy, wireOf } from './servers.ts';

/**
 * How long one whole site (its own SQLite, every signature checked) needs to read what it missed:
 * a week at five notices a minute, of ten other sites. One in ten still holds after the week.
 *   node dist/bench/fleet/catch-up.js [NOTICES]
 */
const count = Number(process.argv[2] ?? 50_000);
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const AT_ONCE = 200;
const others = Array.from({ length: 10 }, (_, at) => `other-${at}`);
const keys = Object.fromEntries([...others, 'first', 'week'].map((site) => [site, newKeys()]));
const folder = mkdtempSync(join(tmpdir(), 'ghostgate-bench-'));
const operator = newKeys();
const nats = await natsServer(folder, operator, keys);
await nats.start();
const hand = await openOperator({ servers: [nats.url], caFile: undefined }, operator.key);
await hand.makeStreams();
for (const [site, { key }] of Object.entries(keys)) {
  await hand.order({ order: 'site', site, key: key.publicKey });
}

// Both are there once, and go away.
for (const site of ['first', 'week']) await catchUp(site, 0);
await Promise.all(others.map((site, at) => tellAll(site, keyOf(site), at)));
console.log(`${count} notices of ${others.length} sites missed, one nats-server, one machine`);
console.log(`  all hold: ${await catchUp('first', 0)}`);
console.log(`  a week later, one in ten holds: ${await catchUp('week', WEEK)}`);
await hand.close();
await nats.kill();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

/** @param ahead how far its clock is by then, ms */
async function catchUp(site: string, ahead: number): Promise<string> {
  const now = (): number => Date.now() + ahead;
  const store = openStore(join(folder, site), { now });
  const accept = { ...ACCEPT, sitePerMinute: 1_000_000 };
  const [wire, server, own] = [wireOf([nats]), usedBy(nats), process.cpuUsage()];
  const startedAt = performance.now();
  const opened = openSite(site, keyOf(site), operator, nats.url, store.fleet, accept, undefined, {
    now,
  });
  while (opened.fleet.report().caughtUpAt === undefined) await pause(5);
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(own);
  const [later, spent] = [wireOf([nats]), usedBy(nats)];
  const { heard } = opened.fleet.report();
  await opened.fleet.close();
  store.close();
  return [
    `${(ms / 1000).toFixed(1)} s`,
    `${heard} read, ${opened.bans.size} shut out`,
    `${megabytes(later.toSites - wire.toSites)} to it, ${megabytes(later.fromSites - wire.fromSites)} from it`,
    `CPU ${((user + system) / 1e6).toFixed(1)} s, the server's ${((spent.cpuMs - server.cpuMs) / 1000).toFixed(1)} s`,
  ].join('; ');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A tenth of them, each in a message of its own, as bans come. */
async function tellAll(site: string, { key, seed }: Keys, place: number): Promise<void> {
  const raw = await connect({
    servers: [nats.url],
    authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
    inboxPrefix: `_INBOX_${site}`,
  });
  const total = Math.floor(count / others.length);
  let number = Date.now();
  for (let done = 0; done < total; done += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, total - done) }, async (_, step) => {
      const at = done + step;
      const target = `198.${18 + place}.${at >> 8}.${at & 255}`;
      const until = Date.now() + (at % 10 === 0 ? 4 * WEEK : HOUR);
      const told = [{ target, rule: 'auth-failure', proof: 'proven', until } as const];
      const message = { site, number: ++number, after: number - 1, sentAt: Date.now(), told };
      await raw.request(noticeSubject(site), sealMessage(message, key), { timeout: 60_000 });
    });
    await Promise.all(some);
  }
  await raw.close();
}

function keyOf(site: string): Keys {
  const held = keys[site];
  if (held === undefined) throw new Error(site);
  return held;
}
