import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BanList, gateList } from '../../src/enforce/gate-list.ts';
import { ban, enforcerContract, held } from './contract.ts';

enforcerContract('gate list', {
  place() {
    const list = memoryList();
    return {
      make: (now) =>
        gateList('asterisk-db', { capacity: 100, lists: () => [list], ...(now ? { now } : {}) }),
      remove() {},
    };
  },
  expiry: 'clock',
  keeps: true,
});

test('a ban counts only when every PBX that can be reached holds it', async () => {
  const [north, south] = [memoryList(), memoryList()];
  const enforcer = gateList('asterisk-db', { capacity: 100, lists: () => [north, south] });
  await enforcer.ban([ban('203.0.113.9')]);
  assert.deepEqual(await held(enforcer), ['203.0.113.9']);
  await south.remove(['203.0.113.9']);
  assert.deepEqual(await held(enforcer), [], 'to be written again');
  await north.put([{ key: '203.0.113.10', until: Date.now() / 1000 + 60 }]);
  assert.deepEqual(await held(enforcer), ['203.0.113.10'], 'a stray of one is to be released');
});

test('a PBX that comes back empty is found to lack everything', async () => {
  let lists: BanList[] = [];
  const enforcer = gateList('asterisk-db', { capacity: 100, lists: () => lists });
  await enforcer.ban([ban('203.0.113.9')]);
  assert.deepEqual(await held(enforcer), ['203.0.113.9'], 'nobody is there to lack it');
  lists = [memoryList()];
  assert.deepEqual(await held(enforcer), []);
});

test('a prefix that no list can look up is told once and not asked for at every tick', async () => {
  const skipped: string[] = [];
  const list = { ...memoryList(), canHold: (target: string) => !target.endsWith('/28') };
  const enforcer = gateList('asterisk-db', {
    capacity: 100,
    lists: () => [list],
    onSkipped: (targets) => skipped.push(...targets),
  });
  await enforcer.ban([ban('203.0.113.0/28'), ban('203.0.113.99')]);
  assert.deepEqual(skipped, ['203.0.113.0/28']);
  assert.deepEqual([...(await list.held()).keys()], ['203.0.113.99']);
  assert.deepEqual(await held(enforcer), ['203.0.113.0/28', '203.0.113.99']);
});

test('a PBX that says no makes the place fail', async () => {
  const list = { ...memoryList(), put: () => Promise.reject(new Error('denied')) };
  const enforcer = gateList('asterisk-db', { capacity: 100, lists: () => [list] });
  await assert.rejects(enforcer.ban([ban('203.0.113.9')]), /denied/);
});

/** A PBX's list that does what it is told, a little later. */
function memoryList(): BanList {
  const entries = new Map<string, number>();
  return {
    async put(bans) {
      await Promise.resolve();
      for (const { key, until } of bans) entries.set(key, until);
    },
    async remove(targets) {
      await Promise.resolve();
      for (const target of targets) entries.delete(target);
    },
    held: () => Promise.resolve(new Map(entries)),
    canHold: () => true,
  };
}
