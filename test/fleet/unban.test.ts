import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { sealOrder } from '../../src/fleet/order.ts';
import { UNBAN } from '../../src/fleet/words.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import { openSite, proven, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;
const HOUR = 3_600_000;
const GHOST = '198.51.100.66';

async function openFleet(t: TestContext) {
  const folder = tempFolder(t);
  const keys = { a: newKeys(), b: newKeys() };
  const { operator, nats, hand } = await newFleet(t, folder, keys);
  const open = async (site: 'a' | 'b') => {
    const opened = openStored(t, join(folder, site), (memory) =>
      openSite(site, keys[site], operator, nats.url, memory),
    );
    await until('it has caught up', () => opened.fleet.report().caughtUpAt !== undefined);
    return opened;
  };
  /** What the operator ordered, once more, as whoever runs the server can. */
  const replay = async (order: Parameters<typeof sealOrder>[0]): Promise<void> => {
    const raw = await connect({
      servers: [nats.url],
      authenticator: nkeyAuthenticator(new TextEncoder().encode(operator.seed)),
      inboxPrefix: '_INBOX_=operator',
    });
    await raw.request(UNBAN, sealOrder(order, operator.key));
    await raw.close();
  };
  return { hand, open, replay };
}

test('a site that was away for all of an unban lets in all the same', { skip }, async (t) => {
  const { hand, open } = await openFleet(t);
  const a = await open('a');
  const b = await open('b');
  a.fleet.tell(proven(GHOST));
  await until('b is told', () => b.bans.has(GHOST));
  await b.close();
  const order = { order: 'unban', target: GHOST, because: 'an office' } as const;
  await hand.order({ ...order, until: Date.now() + 300 });
  await pause(400);
  const again = await open('b');
  assert.deepEqual(again.freed, [GHOST]);
  again.fleet.considerAll();
  assert.equal(again.bans.has(GHOST), false);
});

test('an unban that is over and comes once more changes nothing', { skip }, async (t) => {
  const { open, replay } = await openFleet(t);
  const a = await open('a');
  const b = await open('b');
  const at = Date.now();
  const old = { order: 'unban', at, target: GHOST, because: 'x', until: at + 200 } as const;
  await replay(old);
  await until('both let it in', () => a.freed.length === 1 && b.freed.length === 1);
  await pause(300);
  a.fleet.tell(proven(GHOST));
  await until('b is told', () => b.bans.has(GHOST));
  // Restarted, b has forgotten nothing that it could be fooled with.
  await b.close();
  const again = await open('b');
  await replay(old);
  a.fleet.tell(proven('198.51.100.67'));
  await until('b has read on', () => again.bans.has('198.51.100.67'));
  assert.deepEqual(again.freed, []);
  again.fleet.considerAll();
  assert.equal(again.bans.has(GHOST), true, 'what a said of it after the unban counts');
  // Of another database, long after: what it could free is long over.
  await replay({ ...old, target: '198.51.100.67', at: at - 32 * 24 * HOUR, until: at });
  a.fleet.tell(proven('198.51.100.68'));
  await until('b has read on', () => again.bans.has('198.51.100.68'));
  assert.deepEqual(again.freed, []);
});

test(
  'an unban of a network, or of one address of a prefix, clears what was told of all in it',
  { skip },
  async (t) => {
    const { hand, open } = await openFleet(t);
    const a = await open('a');
    const b = await open('b');
    const targets = [GHOST, '2001:db8:1:2::/64', '203.0.113.9'];
    for (const target of targets) a.fleet.tell(proven(target));
    await until('b is told', () => b.bans.size === 3);
    const freed = ['198.51.100.0/24', '2001:db8:1:2::5'];
    for (const target of freed) {
      const order = { order: 'unban', target, because: 'an office' } as const;
      await hand.order({ ...order, until: Date.now() + 500 });
    }
    await until('b lets both in', () => b.freed.length === 2);
    assert.deepEqual(
      (await hand.claims()).map(({ target }) => target),
      ['203.0.113.9'],
    );
    // Sticky for all in it, whoever tells.
    for (const target of targets) a.fleet.tell(proven(target));
    a.fleet.tell(proven('203.0.113.10'));
    await until('b has read on', () => b.bans.has('203.0.113.10'));
    await pause(600);
    b.bans.clear();
    b.fleet.considerAll();
    assert.deepEqual([...b.bans.keys()].toSorted(), ['203.0.113.10', '203.0.113.9']);
  },
);
