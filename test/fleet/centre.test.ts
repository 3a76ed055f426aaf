import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { sealBase, sha256Of } from '../../src/fleet/base.ts';
import type { WantedBase } from '../../src/fleet/centre.ts';
import { withRing } from '../../src/fleet/operator-bases.ts';
import { sealOrder } from '../../src/fleet/order.ts';
import { ROLLOUT, policySubject } from '../../src/fleet/words.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import { openSite, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;

async function openRings(t: TestContext) {
  const folder = tempFolder(t);
  const keys = { a: newKeys(), b: newKeys() };
  const { operator, nats, hand } = await newFleet(t, folder, keys);
  await hand.order({ order: 'site', site: 'a', key: keys.a.key.publicKey, ring: 'canary' });
  const open = (site: 'a' | 'b') =>
    openStored(t, join(folder, site), (memory) =>
      openSite(site, keys[site], operator, nats.url, memory),
    );
  const raw = async (seed: string, inboxPrefix: string) => {
    const authenticator = nkeyAuthenticator(new TextEncoder().encode(seed));
    const connection = await connect({ servers: [nats.url], authenticator, inboxPrefix });
    t.after(() => connection.close());
    return connection;
  };
  return { keys, operator, hand, open, raw };
}

const last = (wanted: readonly WantedBase[]) => wanted.at(-1)?.version;

test(
  'each ring is told its own version, and a site that was away is told later',
  { skip },
  async (t) => {
    const { hand, open } = await openRings(t);
    const a = open('a');
    let b = open('b');
    await until('both are up', () => b.fleet.report().member && a.fleet.report().member);
    const first = await hand.publish('mode: observe\n', 'the first');
    const second = await hand.publish('mode: enforce\n', 'the second');
    assert.deepEqual([first.version, second.version], [1, 2]);
    assert.equal(a.wanted.length, 0, 'nothing is told before a ring is');

    let rings = withRing([], 'all', first, Date.now(), true);
    await hand.order({ order: 'rollout', rings, soakSeconds: 1, because: 'x' });
    await until('both are told', () => last(a.wanted) === 1 && last(b.wanted) === 1);
    rings = withRing(rings, 'canary', second, Date.now(), true);
    await b.close();
    await hand.order({ order: 'rollout', rings, soakSeconds: 1, because: 'x' });
    await until('a is told the second', () => last(a.wanted) === 2);
    const wanted = a.wanted.at(-1);
    assert.ok(wanted);
    assert.equal((await a.fleet.base(wanted)).text, 'mode: enforce\n');

    rings = withRing(rings, 'all', second, Date.now(), true);
    await hand.order({ order: 'rollout', rings, soakSeconds: 1, because: 'x' });
    b = open('b');
    await until('b is told later', () => last(b.wanted) === 2);
    // After a restart by what it kept, and by an operator who moves it to another ring.
    await b.close();
    b = open('b');
    await until('b knows still', () => last(b.wanted) === 2);
    assert.deepEqual(
      (await hand.bases()).map(({ version, because }) => [version, because]),
      [
        [1, 'the first'],
        [2, 'the second'],
      ],
    );
  },
);

test(
  'nobody but the operator publishes or rolls out, and no text but the one ordered is taken',
  { skip },
  async (t) => {
    const { keys, operator, hand, open, raw } = await openRings(t);
    const a = open('a');
    await until('a is up', () => a.fleet.report().member);
    const site = await raw(keys.b.seed, '_INBOX_b');
    const violations: string[] = [];
    void (async () => {
      for await (const event of site.status()) {
        if (event.type === 'error') violations.push(event.error.message);
      }
    })();
    site.publish(policySubject(1), sealBase(BASE, keys.b.key));
    site.publish(ROLLOUT, 'x');
    await until('the server refuses both', () => violations.length === 2);

    // Who runs the server can put into the streams what they like.
    const server = await raw(operator.seed, '_INBOX_=operator');
    const rings = withRing([], 'all', BASE, Date.now(), true);
    const order = {
      order: 'rollout',
      at: Date.now(),
      rings,
      soakSeconds: 1,
      because: 'x',
    } as const;
    await server.request(ROLLOUT, sealOrder(order, keys.b.key));
    await until('a refuses it', () => a.refusals.some((why) => why.includes("operator's key")));
    assert.equal(a.wanted.length, 0);

    await hand.order(order);
    await until('a is told', () => last(a.wanted) === 1);
    const wanted = a.wanted.at(-1);
    assert.ok(wanted);
    await assert.rejects(a.fleet.base(wanted), /keeps no version 1/);
    const bad: readonly [string, RegExp][] = [
      [sealBase(BASE, keys.b.key), /operator's key/],
      [
        sealBase({ ...BASE, text: 'mode: observe\n' }, operator.key),
        /not the one that was ordered/,
      ],
      [sealBase({ ...BASE, version: 2 }, operator.key), /not the one that was ordered/],
      [sealBase({ ...BASE, text: 'x'.repeat(45_000) }, operator.key), /too long/],
    ];
    for (const [sealed, why] of bad) {
      await server.request(policySubject(1), sealed);
      await assert.rejects(a.fleet.base(wanted), why);
    }
    await server.request(policySubject(1), sealBase(BASE, operator.key));
    await server.request(policySubject(7), sealBase({ ...BASE, version: 7 }, keys.b.key));
    assert.equal((await hand.publish('mode: observe\n', 'x')).version, 8);
    assert.equal((await a.fleet.base(wanted)).text, BASE.text);
    assert.equal(wanted.sha256, sha256Of(BASE.text));

    // An older order, played again.
    const heard = a.wanted.length;
    const older = { ...order, at: order.at - 1, rings: withRing([], 'all', undefined, 1, false) };
    await server.request(ROLLOUT, sealOrder(older, operator.key));
    await hand.order({ order: 'allow', networks: [{ network: '192.0.2.0/24', because: 'x' }] });
    await until('a has read on', () => a.allowed.length === 1);
    assert.equal(
      a.wanted.slice(heard).some(({ version }) => version === 0),
      false,
    );

    // What was ordered holds over a restart, from what was kept: the stream is not read again.
    await a.close();
    const again = open('a');
    assert.deepEqual(again.allowed, ['192.0.2.0/24']);
  },
);

const BASE = { version: 1, at: 1, because: 'x', text: 'mode: enforce\n' };
