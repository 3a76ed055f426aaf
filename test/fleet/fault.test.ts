import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { sealMessage } from '../../src/fleet/notice.ts';
import { noticeSubject } from '../../src/fleet/words.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import type { Keys } from './nats.ts';
import { wireTo } from './proxy.ts';
import { ACCEPT, openSite, proven, until } from './site.ts';
import type { TestSite } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;
const PING_MS = 250;

/** Two sites: `a` beside the server, `b` at the end of a wire. */
async function twoSites(t: TestContext, pingMs: number, more = '') {
  const folder = tempFolder(t);
  const keys = { a: newKeys(), b: newKeys() };
  const { operator, nats } = await newFleet(t, folder, keys, more);
  const wire = await wireTo(t, nats.port);
  const open = (site: string, its: Keys, url: string): TestSite => {
    const accept = { ...ACCEPT, sitePerMinute: 1_000_000 };
    return openStored(t, join(folder, site), (memory) =>
      openSite(site, its, operator, url, memory, accept, undefined, { pingMs }),
    );
  };
  const a = open('a', keys.a, nats.url);
  const b = open('b', keys.b, `nats://127.0.0.1:${wire.port}`);
  for (const site of [a, b]) {
    await until('it has caught up', () => site.fleet.report().caughtUpAt !== undefined);
  }
  return { a, b, wire, nats, keys };
}

const stateOf = (site: TestSite) => site.fleet.report().link.state;
const onceEach = (site: TestSite) => new Set(site.asked.values());

test(
  'a wire gone dead is known by the pings; the site goes on alone, and after it all is there once',
  { skip },
  async (t) => {
    const { a, b, wire } = await twoSites(t, PING_MS);
    a.fleet.tell(proven('198.51.100.1'));
    await until('b is told', () => b.bans.has('198.51.100.1'));
    wire.silence();
    const deadAt = performance.now();
    // Sent into the dead wire: it is held there, and comes through late, after it was told again.
    b.fleet.tell(proven('203.0.113.1'));
    for (let at = 1; at <= 50; at++) a.fleet.tell(proven(`192.0.2.${at}`));
    await until('b knows', () => stateOf(b) !== 'up');
    const tookMs = performance.now() - deadAt;
    assert.ok(tookMs < 4 * PING_MS + 500, `known after ${tookMs} ms`);
    assert.match(b.fleet.report().link.problem ?? '', /lost/);
    b.fleet.tell(proven('203.0.113.2'));
    assert.equal(b.fleet.report().unsent, 2);
    assert.equal(b.bans.size, 1);
    // Longer than a dial waits for an answer, nothing throws and nothing is lost.
    await pause(2000);
    a.fleet.tell(proven('192.0.2.51'));
    wire.heal();
    await until('b has all', () => b.bans.size === 52, 40_000);
    await until('a has both', () => a.bans.size === 2);
    await until('b has told all', () => b.fleet.report().unsent === 0);
    await pause(300);
    assert.deepEqual(onceEach(b), new Set([1]));
    assert.deepEqual(onceEach(a), new Set([1]));
    assert.deepEqual([...a.refusals, ...b.refusals], []);
  },
);

test(
  'a site that does not read is dropped by the server, and catches up: nothing lost, nothing twice',
  { skip },
  async (t) => {
    const monitor = `127.0.0.1:${21_000 + (process.pid % 9000)}`;
    const { a, b, wire, nats, keys } = await twoSites(
      t,
      // Its own pings would find it first.
      60_000,
      `http: "${monitor}"\nmax_pending: 2MB\nwrite_deadline: "1s"`,
    );
    const dropped = async (): Promise<number> => {
      const answer: unknown = await (await fetch(`http://${monitor}/varz`)).json();
      const isMap = typeof answer === 'object' && answer !== null && 'slow_consumers' in answer;
      return isMap ? Number(answer.slow_consumers) : 0;
    };
    assert.equal(await dropped(), 0);
    a.fleet.tell(proven('198.51.100.1'));
    await until('b is told', () => b.bans.has('198.51.100.1'));
    wire.deafen();
    const raw = await connect({
      servers: [nats.url],
      authenticator: nkeyAuthenticator(new TextEncoder().encode(keys.a.seed)),
      inboxPrefix: '_INBOX_a',
    });
    t.after(() => raw.close());
    // Long messages: the kernel holds megabytes for who does not read. More than is read of each
    // item makes them so.
    const more = { note: 'x'.repeat(5000) };
    let number = Date.now() + 1000;
    let told = 0;
    while ((await dropped()) === 0) {
      assert.ok(told < 20_000, 'the server drops whoever does not read');
      const some = Array.from({ length: 100 }, async () => {
        const target = `192.${1 + (told >> 8)}.2.${told & 255}`;
        told++;
        const items = [{ ...proven(target), ...more }];
        const message = { site: 'a', number: number + 1, after: number, sentAt: Date.now() };
        number++;
        const text = sealMessage({ ...message, told: items }, keys.a.key);
        await raw.request(noticeSubject('a'), text, { timeout: 30_000 });
      });
      await Promise.all(some);
    }
    wire.heal();
    await until('b has all', () => b.bans.size === told + 1, 60_000);
    await pause(300);
    assert.ok(wire.carried > 1, 'it was dropped and came back');
    assert.deepEqual(onceEach(b), new Set([1]));
    assert.deepEqual(b.refusals, []);
    t.diagnostic(`${told} messages until it was dropped`);
  },
);
