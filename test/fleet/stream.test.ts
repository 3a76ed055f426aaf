import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openOperator } from '../../src/fleet/operator.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import { openSite, proven, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;

test(
  'streams that were made anew are read from their beginning, however much is in them by then',
  { skip },
  async (t) => {
    const folder = tempFolder(t);
    const keys = { a: newKeys(), b: newKeys(), c: newKeys() };
    const { operator, nats } = await newFleet(t, folder, keys);
    const open = async (site: 'a' | 'b' | 'c') => {
      const opened = openStored(t, join(folder, site), (memory) =>
        openSite(site, keys[site], operator, nats.url, memory),
      );
      await until('it has caught up', () => opened.fleet.report().caughtUpAt !== undefined);
      return opened;
    };
    const [a, b] = [await open('a'), await open('b')];
    a.fleet.tell(proven('198.51.100.1'));
    a.fleet.tell(proven('198.51.100.2'));
    await until('b is told', () => b.bans.size === 2);
    await b.close();
    await a.close();
    // b has read both streams to their ends.
    await (await open('b')).close();

    // The hub's disk is lost, and everything is set up again while b is away.
    await nats.kill();
    rmSync(join(folder, 'js'), { recursive: true });
    mkdirSync(join(folder, 'js'));
    await nats.start();
    const hand = await openOperator({ servers: [nats.url], caFile: undefined }, operator.key);
    t.after(() => hand.close());
    await hand.makeStreams();
    await hand.order({ order: 'revoke', site: 'a', because: 'stolen' });
    for (const site of ['b', 'c', 'd', 'e', 'f']) {
      await hand.order({ order: 'site', site, key: keys[site === 'c' ? 'c' : 'b'].key.publicKey });
    }
    const c = await open('c');
    for (let at = 3; at < 9; at++) {
      c.fleet.tell(proven(`198.51.100.${at}`));
      await until('it is told', () => c.fleet.report().unsent === 0);
    }
    const again = await open('b');
    again.fleet.considerAll();
    assert.deepEqual(
      [...again.bans.keys()].toSorted(),
      [3, 4, 5, 6, 7, 8].map((at) => `198.51.100.${at}`),
    );
    // By the same numbers it goes on from where it was.
    await again.close();
    const last = await open('b');
    assert.equal(last.bans.size, 0);
    assert.equal(last.fleet.report().heard, 0);
  },
);
