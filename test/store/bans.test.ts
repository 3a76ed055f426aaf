import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openStore } from '../../src/store/sqlite.ts';
import type { SqliteStore } from '../../src/store/sqlite.ts';
import { aBan } from './rows.ts';
import { tempFolder, until } from './temp.ts';

function opened(context: TestContext, now = 1000): SqliteStore {
  const store = openStore(tempFolder(context), { now: () => now });
  context.after(() => store.close());
  return store;
}

const release = { now: 1500, by: 'anna', because: 'customer called', graceUntil: 9000 };

test('bans, graces and trunk addresses survive a restart', (context) => {
  const folder = tempFolder(context);
  const bans = [
    aBan(),
    aBan({ target: '2001:db8:1:2::/64', quarantine: true, proof: 'forgeable' }),
  ];
  const { pbx: _none, ...byHand } = aBan({ target: '198.51.100.0/28', by: 'hand' });
  const first = openStore(folder, { now: () => 1000 });
  for (const ban of [...bans, byHand]) first.putBan(ban);
  first.release('192.0.2.1', release);
  first.putTrunkAddresses('sip.gntel.example', ['203.0.113.1', '2001:db8::1'], 1000);
  first.close();

  const second = openStore(folder, { now: () => 1000 });
  context.after(() => second.close());
  assert.equal(second.warning, undefined);
  assert.deepEqual(second.activeBans(1000), [...bans, byHand]);
  assert.deepEqual(second.graces(1000), new Map([['192.0.2.1', 9000]]));
  const addresses = ['203.0.113.1', '2001:db8::1'];
  assert.deepEqual(second.trunkAddresses(), new Map([['sip.gntel.example', addresses]]));
});

test('a ban ends by time at `until`, not a moment later', (context) => {
  const store = opened(context, 2000);
  store.putBan(aBan());
  assert.equal(store.activeBans(1999).length, 1);
  const ended = { how: 'expired', at: 2000 } as const;
  assert.deepEqual(store.bansOf('203.0.113.9', 9), [{ ...aBan(), ended }], 'not marked yet');
  assert.deepEqual(store.activeBans(2000), []);
  assert.deepEqual(store.bansOf('203.0.113.9', 9), [{ ...aBan(), ended }], 'marked');
});

test('a new ban replaces the running one and follows an ended one', (context) => {
  const store = opened(context);
  store.putBan(aBan());
  store.putBan(aBan({ since: 1500, until: 5000, rule: 'flood' }));
  assert.deepEqual(
    store.bansOf('203.0.113.9', 9).map(({ rule }) => rule),
    ['flood'],
  );
  store.putBan(aBan({ since: 5000, until: 6000, rule: 'canary' }));
  assert.deepEqual(
    store.bansOf('203.0.113.9', 9).map(({ rule, ended }) => [rule, ended?.how]),
    [
      ['canary', undefined],
      ['flood', 'expired'],
    ],
  );
  assert.deepEqual(store.bansOf('203.0.113.9', 1).length, 1);
  assert.equal(store.activeBans(5000).length, 1);
});

test('a release ends the ban, says who and why, and starts the grace', (context) => {
  const store = opened(context);
  store.putBan(aBan());
  assert.equal(store.release('203.0.113.9', release), true);
  assert.deepEqual(store.activeBans(1500), []);
  const ended = { how: 'released', at: 1500, by: 'anna', because: 'customer called' } as const;
  assert.deepEqual(store.bansOf('203.0.113.9', 9), [{ ...aBan(), ended }]);
  assert.deepEqual(store.graces(1500), new Map([['203.0.113.9', 9000]]));
  assert.equal(store.release('203.0.113.9', release), false, 'nothing runs any more');
  assert.equal(store.release('192.0.2.1', release), false, 'nothing ever ran');
  assert.deepEqual([...store.graces(8999).keys()], ['192.0.2.1', '203.0.113.9']);
  assert.deepEqual(store.graces(9000), new Map());
});

test('a ban whose time is over is not released', (context) => {
  const store = opened(context);
  store.putBan(aBan());
  assert.equal(store.release('203.0.113.9', { ...release, now: 2000 }), false);
  assert.equal(store.bansOf('203.0.113.9', 1)[0]?.ended?.how, 'expired');
});

test('only a ban by hand ends a grace', (context) => {
  const store = opened(context);
  store.release('203.0.113.9', release);
  store.putBan(aBan());
  assert.equal(store.graces(1500).size, 1);
  store.putBan(aBan({ by: 'hand' }));
  assert.equal(store.graces(1500).size, 0);
});

test('earlier bans count by kind, without those a person called wrong', (context) => {
  const store = opened(context);
  const put = (parts: Parameters<typeof aBan>[0]) => store.putBan(aBan(parts));
  put({ since: 0, until: 100 });
  put({ since: 1000, until: 1100 });
  put({ since: 2000, until: 2100, quarantine: true });
  put({ since: 3000, until: 9000, quarantine: true });
  put({ target: '192.0.2.1', since: 1000, until: 9000 });
  store.release('192.0.2.1', release);
  put({ target: '192.0.2.2', since: 0, until: 999 });
  assert.deepEqual(store.earlierBans(1000), [
    { target: '203.0.113.9', bans: 1, quarantines: 2, lastUntil: 9000 },
  ]);
});

test('quiet times between earlier bans take steps back, and a ban by hand is none', (context) => {
  const store = opened(context);
  const put = (parts: Parameters<typeof aBan>[0]) => store.putBan(aBan(parts));
  put({ since: 0, until: 100 });
  put({ since: 200, until: 300 });
  put({ since: 400, until: 500, quarantine: true });
  // Two quiet times: both ladders stand at nothing, then at one ban.
  put({ since: 2500, until: 2600 });
  put({ since: 2700, until: 2800, by: 'hand' });
  const [earlier] = store.earlierBans(0, 1000);
  assert.deepEqual(earlier, { target: '203.0.113.9', bans: 1, quarantines: 0, lastUntil: 2800 });
  assert.equal(store.earlierBans(0)[0]?.bans, 3);
});

test('prune deletes ended bans little by little, never one that runs', async (context) => {
  const store = opened(context);
  for (let at = 0; at < 1200; at++) store.putBan(aBan({ since: at * 10, until: at * 10 + 5 }));
  assert.equal(store.bansOf('203.0.113.9', 2000).length, 1200);
  store.prune(0, 100_000);
  await until('all but the last are gone', () => store.bansOf('203.0.113.9', 9).length === 1);
  assert.equal(store.bansOf('203.0.113.9', 9)[0]?.since, 11_990);
});
