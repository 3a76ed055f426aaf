import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { fleetBan } from '../../src/daemon/fleet-ban.ts';
import { consider, createBreaker } from '../../src/enforce/breaker.ts';
import { sealMessage } from '../../src/fleet/notice.ts';
import { noticeSubject } from '../../src/fleet/words.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { policyOf, registered, worldOf } from '../judge/fixture.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import { ACCEPT, openSite, until } from './site.ts';

const skip = whyNoNats() ?? false;
const GHOST = '198.51.100.66';
const PER_MINUTE = 120;

/** What a poisoned site would have every other shut out, and what of it reaches a breaker. */
const POISON: readonly [what: string, target: string, reaches: boolean][] = [
  ['a trunk', '203.0.113.5', true],
  ['a trunk by IPv6', '2001:db8:aa::5', true],
  ['the prefix that a trunk is in', '2001:db8:aa::/64', true],
  ['this PBX itself', '192.0.2.1', true],
  ['a registered phone', '198.51.100.7', true],
  ['a trunk’s network', '203.0.113.0/28', false],
  ['a trusted network', '10.20.3.4', false],
  ['loopback', '127.0.0.1', false],
  ['the world', '0.0.0.0/0', false],
  ['the world by IPv6', '::/0', false],
  ['half the world', '128.0.0.0/1', false],
  ['multicast', '224.0.0.1', false],
];

test(
  'three poisoned sites publish trunks, the world and a flood; the fourth loses no good source',
  { skip },
  async (t) => {
    const folder = tempFolder(t);
    const keys = { p1: newKeys(), p2: newKeys(), p3: newKeys(), good: newKeys() };
    const { operator, nats, hand } = await newFleet(t, folder, keys);
    mkdirSync(join(folder, 'good'));
    const store = openStore(join(folder, 'good'), { now: Date.now });
    const accept = { ...ACCEPT, sitePerMinute: PER_MINUTE };
    const good = openSite('good', keys.good, operator, nats.url, store.fleet, accept);
    t.after(async () => {
      await good.fleet.close();
      store.close();
    });
    await until('it has caught up', () => good.fleet.report().caughtUpAt !== undefined);

    let number = Date.now();
    const poisoned = ['p1', 'p2', 'p3'] as const;
    for (const site of poisoned) {
      const raw = await connect({
        servers: [nats.url],
        authenticator: nkeyAuthenticator(new TextEncoder().encode(keys[site].seed)),
        inboxPrefix: `_INBOX_${site}`,
      });
      t.after(() => raw.close());
      let after = 0;
      const send = async (targets: readonly string[]): Promise<void> => {
        const told = targets.map((target) => {
          const end = Date.now() + 1e12;
          return { target, rule: 'account-sweep', proof: 'proven' as const, until: end };
        });
        const message = { site, number: ++number, after, sentAt: Date.now(), told };
        after = number;
        const text = sealMessage(message, keys[site].key);
        await raw.request(noticeSubject(site), text, { timeout: 30_000 });
      };
      await send([...POISON.map(([, target]) => target), GHOST]);
      // And a flood of addresses that are somebody's, though nothing of them is known here.
      for (let at = 0; at < 20; at++) {
        await send(Array.from({ length: 30 }, (_, last) => `192.0.${10 + at}.${last + 1}`));
      }
    }
    await until('all is read', () => good.fleet.report().heard === 3 * 21);

    const world = worldOf({ registrations: registered('198.51.100.7', '201') });
    const policy = policyOf();
    const through = [...good.bans].filter(([target, decision]) => {
      const ban = fleetBan(target, decision, policy, Date.now());
      return !('refused' in consider(ban, { world, policy }, createBreaker(), Date.now()));
    });
    const shutOut = new Set(through.map(([target]) => target));
    assert.equal(shutOut.has(GHOST), true);
    for (const [what, target, reaches] of POISON) {
      assert.equal(good.bans.has(target), reaches, what);
      assert.equal(shutOut.has(target), false, what);
    }
    // Each site's flood ends where its minute does; some seconds of it are filled again.
    assert.ok(good.fleet.report().claims <= 3 * (PER_MINUTE + 20));
    assert.ok(good.fleet.report().unused.overBudget >= 3 * 400);

    // One order for each, and all that came of it ends.
    for (const site of poisoned) await hand.order({ order: 'revoke', site, because: 'stolen' });
    await until('nothing of theirs is left', () => good.bans.size === 0);
    assert.equal(good.fleet.report().claims, 0);
  },
);
