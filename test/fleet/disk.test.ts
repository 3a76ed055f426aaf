import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FleetMemory } from '../../src/fleet/memory.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import { openSite, proven, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;

test(
  'what comes while the disk is full is done when there is room again, and the connection lasts',
  { skip },
  async (t) => {
    const folder = tempFolder(t);
    const keys = { a: newKeys(), b: newKeys(), c: newKeys() };
    const { operator, nats, hand } = await newFleet(t, folder, keys);
    let isFull = false;
    /** As SQLite does, it keeps nothing of what is written together. */
    const filling = (memory: FleetMemory): FleetMemory =>
      new Proxy(memory, {
        get(own, name: keyof FleetMemory) {
          if (!name.startsWith('put')) return own[name];
          return (...args: unknown[]) => {
            if (isFull) throw new Error('database or disk is full');
            return (own[name] as (...all: unknown[]) => unknown)(...args);
          };
        },
      });
    const open = (site: 'a' | 'b' | 'c', with_ = (memory: FleetMemory) => memory) =>
      openStored(t, join(folder, site), (memory) =>
        openSite(site, keys[site], operator, nats.url, with_(memory)),
      );
    const [a, b, c] = [open('a'), open('b', filling), open('c')];
    for (const { fleet } of [a, b, c]) {
      await until('it has caught up', () => fleet.report().caughtUpAt !== undefined);
    }
    const { since } = b.fleet.report().link;
    isFull = true;
    a.fleet.tell(proven('198.51.100.1'));
    await hand.order({ order: 'revoke', site: 'c', because: 'stolen' });
    await until('b says what is wrong', () => /full/.test(b.fleet.report().link.problem ?? ''));
    isFull = false;
    await until('b is told', () => b.bans.has('198.51.100.1'));
    assert.equal(b.fleet.report().link.since, since, 'the same connection');
    // It is known after a restart as well.
    await b.close();
    await nats.kill();
    const again = open('b');
    assert.equal(again.fleet.report().sites, 2);
    assert.equal(again.fleet.report().claims, 1);
  },
);
