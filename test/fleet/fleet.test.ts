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
import { openSite, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;
const HOUR = 3_600_000;
const GHOST = '198.51.100.66';

/** A server, an operator, and sites that belong to the fleet. */
async function openFleet(t: TestContext, names: readonly string[]) {
  const folder = tempFolder(t);
  const keys: Record<string, Keys> = Object.fromEntries(names.map((site) => [site, newKeys()]));
  const { operator, nats, hand } = await newFleet(t, folder, keys);
  function keysOf(site: string): Keys {
    const held = keys[site];
    assert.ok(held);
    return held;
  }
  const open = (site: string) =>
    openStored(t, join(folder, site), (memory) =>
      openSite(site, keysOf(site), operator, nats.url, memory),
    );
  const rawAs = async (site: string) => {
    const raw = await connect({
      servers: [nats.url],
      authenticator: nkeyAuthenticator(new TextEncoder().encode(keysOf(site).seed)),
      inboxPrefix: `_INBOX_${site}`,
    });
    t.after(() => raw.close());
    return raw;
  };
  return { nats, hand, open, keysOf, rawAs, operator };
}

const up = (site: ReturnType<Awaited<ReturnType<typeof openFleet>>['open']>) =>
  until('the site has caught up', () => site.fleet.report().caughtUpAt !== undefined);

const proven = (target: string) => ({
  target,
  rule: 'auth-failure',
  proof: 'proven' as const,
  until: Date.now() + HOUR,
});

test(
  'what one site proves every site is told; forgeable evidence needs three',
  { skip },
  async (t) => {
    const { open } = await openFleet(t, ['a', 'b.c', 'd', 'e']);
    const [a, b, d, e] = ['a', 'b.c', 'd', 'e'].map(open);
    assert.ok(a && b && d && e);
    for (const site of [a, b, d, e]) await up(site);
    a.fleet.tell(proven(GHOST));
    await until('b is told', () => b.bans.has(GHOST) && d.bans.has(GHOST) && e.bans.has(GHOST));
    assert.deepEqual(b.bans.get(GHOST)?.sites, ['a']);
    assert.equal(a.bans.size, 0);

    const forged = { ...proven('2001:db8:1:2::/64'), proof: 'forgeable' as const };
    a.fleet.tell(forged);
    b.fleet.tell(forged);
    await until('d has both', () => d.fleet.report().claims === 3);
    assert.equal(d.bans.has(forged.target), false);
    e.fleet.tell(forged);
    await until('d has three', () => d.bans.has(forged.target));
    assert.equal(d.bans.get(forged.target)?.proof, 'forgeable');
    assert.deepEqual(d.bans.get(forged.target)?.sites, ['a', 'b.c', 'e']);
    // One of the three takes it back: two are too few.
    e.fleet.lift(forged.target);
    await until('d lets it in again', () => d.ended.includes(forged.target));
  },
);

test(
  'a site away for long catches up in one go, and a dead server loses nothing',
  { skip },
  async (t) => {
    const { nats, open } = await openFleet(t, ['a', 'b']);
    const a = open('a');
    const first = open('b');
    await up(a);
    await up(first);
    a.fleet.tell(proven('198.51.100.1'));
    await until('b is told', () => first.bans.has('198.51.100.1'));
    await first.close();
    for (let at = 0; at < 1000; at++) a.fleet.tell(proven(`192.0.2.${at % 250}`));
    for (let at = 0; at < 250; at++) a.fleet.tell(proven(`203.0.113.${at}`));
    await until('all is sent', () => a.fleet.report().unsent === 0);

    const second = open('b');
    await up(second);
    assert.equal(second.bans.size, 500);
    assert.equal(second.asked.get('203.0.113.9'), 1);
    // What it had applied before is not asked for again by reading, only looked at by considerAll.
    assert.equal(second.bans.has('198.51.100.1'), false);
    second.fleet.considerAll();
    assert.equal(second.bans.has('198.51.100.1'), true);

    await nats.kill();
    await until('a sees it', () => a.fleet.report().link.state !== 'up');
    a.fleet.tell(proven('198.51.100.2'));
    assert.equal(a.fleet.report().unsent, 1);
    await a.close();
    const again = open('a');
    await nats.start();
    await until('b is told of what a kept', () => second.bans.has('198.51.100.2'), 40_000);
    assert.equal(again.fleet.report().unsent, 0);
  },
);

test('the operator lets in everywhere, allows, and revokes by one order', { skip }, async (t) => {
  const { hand, open, keysOf } = await openFleet(t, ['a', 'b']);
  const a = open('a');
  const b = open('b');
  await up(a);
  await up(b);
  a.fleet.tell(proven(GHOST));
  await until('b is told', () => b.bans.has(GHOST));
  await hand.order({
    order: 'unban',
    target: GHOST,
    because: 'an office',
    until: Date.now() + HOUR,
  });
  await until('b lets it in', () => b.freed.includes(GHOST) && a.freed.includes(GHOST));
  // Sticky: who says it again is not heard.
  a.fleet.tell(proven(GHOST));
  a.fleet.tell(proven('198.51.100.3'));
  await until('b is told of another', () => b.bans.has('198.51.100.3'));
  assert.equal(b.bans.has(GHOST), false);

  await hand.order({ order: 'allow', networks: [{ network: '192.0.2.0/24', because: 'us' }] });
  await until('both allow it', () => a.allowed.length === 1 && b.allowed[0] === '192.0.2.0/24');

  await hand.order({ order: 'revoke', site: 'a', because: 'stolen' });
  await until('what a said counts no more', () => b.ended.includes('198.51.100.3'));
  a.fleet.tell(proven('198.51.100.4'));
  await until('b refuses a', () => b.refusals.some((why) => why.includes('revoked')));
  assert.equal(b.bans.size, 0);
  await hand.order({ order: 'site', site: 'a', key: keysOf('a').key.publicKey });
  await pause(100);
  a.fleet.tell(proven('198.51.100.5'));
  await until('a is heard again', () => b.bans.has('198.51.100.5'));
});

test(
  'a site speaks in its own name alone; replays, other clocks and other keys are refused',
  { skip },
  async (t) => {
    const { open, rawAs, keysOf, hand } = await openFleet(t, ['a', 'b', 'c']);
    const b = open('b');
    await up(b);
    const raw = await rawAs('a');
    const violations: string[] = [];
    void (async () => {
      for await (const event of raw.status()) {
        if (event.type === 'error') violations.push(event.error.message);
      }
    })();
    const { key } = keysOf('a');
    const now = Date.now();
    const message = { site: 'c', number: now, after: 0, sentAt: now, told: [proven(GHOST)] };
    raw.publish(noticeSubject('c'), sealMessage(message, key));
    raw.publish('ghostgate.unban', 'x');
    await until('the server refuses both', () => violations.length === 2);

    const subject = noticeSubject('a');
    const send = async (text: string): Promise<void> => void (await raw.request(subject, text));
    await send(sealMessage(message, key));
    await send(sealMessage({ ...message, site: 'a' }, keysOf('c').key));
    await send(sealMessage({ ...message, site: 'a', sentAt: now - HOUR }, key));
    await send(sealMessage({ ...message, site: 'a', number: now + HOUR }, key));
    await send('x'.repeat(20_000));
    await until('b refuses all five', () => b.refusals.length === 5);
    assert.deepEqual(
      b.refusals.map((why) => why.split(/:| \d/)[1]?.trim()),
      ['it names c as its sender', "not signed with the site's key", 'sent', 'sent', 'no notice'],
    );
    assert.equal(b.bans.size, 0);

    const good = sealMessage({ ...message, site: 'a' }, key);
    await send(good);
    await until('b is told', () => b.bans.has(GHOST));
    await send(good);
    await send(sealMessage({ ...message, site: 'a', number: now - 1 }, key));
    await send(sealMessage({ ...message, site: 'a', number: now + 1, after: now, told: [] }, key));
    await until('b has read on', () => b.fleet.report().heard === 2);
    assert.equal(b.asked.get(GHOST), 1);

    // The world, a trunk's network, loopback: no site can even tell of them.
    const bad = [
      '0.0.0.0/0',
      '198.51.100.0/24',
      '127.0.0.1',
      '10.0.0.1',
      '::/0',
      '2001:db8::/32',
      'x',
    ];
    const told = bad.map((target) => proven(target));
    await send(sealMessage({ ...message, site: 'a', number: now + 2, after: now + 1, told }, key));
    await until('b has read it', () => b.fleet.report().heard === 3);
    assert.equal(b.fleet.report().unused.badTargets, bad.length);
    assert.deepEqual([...b.bans.keys()], [GHOST]);
    assert.equal(
      (await hand.claims()).some(({ target }) => target === GHOST),
      true,
    );
  },
);
