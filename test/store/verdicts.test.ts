import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { DatabaseSync } from '@photostructure/sqlite';
import * as fc from 'fast-check';
import type { StoreError } from '../../src/store/store-error.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { aRow } from './rows.ts';
import { tempFolder, until } from './temp.ts';

const now = () => 1000;

test('verdicts are readable at once, newest first, and survive a restart', (context) => {
  const folder = tempFolder(context);
  const rows = [1, 2, 3].map((seenAt) => aRow({ seenAt }));
  const full = aRow({
    seenAt: 4,
    account: '100',
    callingNumber: '1000',
    calledNumber: '900441234',
    userAgent: 'friendly-scanner',
  });
  const first = openStore(folder, { now });
  for (const row of [...rows, aRow({ target: '192.0.2.1' }), full]) first.record(row);
  const wanted = [full, ...rows.toReversed()];
  assert.deepEqual(first.verdictsOf('203.0.113.9', 9), wanted, 'buffered');
  first.close();

  const second = openStore(folder, { now });
  context.after(() => second.close());
  assert.deepEqual(second.verdictsOf('203.0.113.9', 9), wanted, 'stored');
  second.record(aRow({ seenAt: 5 }));
  const newest = second.verdictsOf('203.0.113.9', 3).map(({ seenAt }) => seenAt);
  assert.deepEqual(newest, [5, 4, 3], 'both');
});

test('whatever a sender wrote comes back from the file as it went in', (context) => {
  const folder = tempFolder(context);
  // The binding ends a text at a NUL; control characters never leave translate.
  const text = fc.string({ unit: 'binary', maxLength: 20 }).map((raw) => raw.replaceAll('\0', '?'));
  const texts = fc.array(fc.tuple(text, text, text, text), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(texts, fc.uuid(), (senders, target) => {
      const rows = senders.map(([account, callingNumber, calledNumber, userAgent]) =>
        aRow({ target, account, callingNumber, calledNumber, userAgent }),
      );
      const first = openStore(folder, { now });
      for (const row of rows) first.record(row);
      first.close();
      const second = openStore(folder, { now });
      assert.deepEqual(second.verdictsOf(target, 99), rows.toReversed());
      second.close();
    }),
    { numRuns: 5 },
  );
});

test('over the bound the newest are dropped and counted', (context) => {
  const store = openStore(tempFolder(context), { now, limits: { buffered: 3, kept: 100 } });
  context.after(() => store.close());
  for (const seenAt of [1, 2, 3, 4, 5]) store.record(aRow({ seenAt }));
  assert.equal(store.droppedRows, 2);
  assert.deepEqual(
    store.verdictsOf('203.0.113.9', 9).map(({ seenAt }) => seenAt),
    [3, 2, 1],
  );
});

test('over the cap the oldest rows go', (context) => {
  const folder = tempFolder(context);
  const limits = { buffered: 20_000, kept: 600 };
  const store = openStore(folder, { now, limits });
  for (let seenAt = 1; seenAt <= 2000; seenAt++) store.record(aRow({ seenAt }));
  store.close();
  const second = openStore(folder, { now, limits });
  context.after(() => second.close());
  const kept = second.verdictsOf('203.0.113.9', 5000);
  assert.deepEqual([kept.length, kept.at(0)?.seenAt, kept.at(-1)?.seenAt], [600, 2000, 1401]);
});

test('rows reach the file by themselves and prune removes the old', async (context) => {
  const folder = tempFolder(context);
  const store = openStore(folder, { now });
  context.after(() => store.close());
  const reader = new DatabaseSync(join(folder, 'ghostgate.db'), { readOnly: true });
  context.after(() => reader.close());
  const count = () => reader.prepare('SELECT count(*) AS n FROM verdict').get().n;
  for (let seenAt = 1; seenAt <= 1200; seenAt++) store.record(aRow({ seenAt }));
  await until('all rows are written', () => count() === 1200);
  store.prune(1101);
  await until('the old rows are gone', () => count() === 100);
  assert.equal(store.verdictsOf('203.0.113.9', 5000).at(-1)?.seenAt, 1101);
});

test('a database that cannot be written is told once, and rows it will never take are counted', async (context) => {
  const folder = tempFolder(context);
  const told: StoreError[] = [];
  const store = openStore(folder, { now, failed: (error) => void told.push(error) });
  context.after(() => store.close());
  const other = new DatabaseSync(join(folder, 'ghostgate.db'));
  other.exec('DROP TABLE verdict');
  other.close();
  store.record(aRow());
  await until('the first row is given up', () => store.droppedRows === 1);
  store.record(aRow());
  await until('the second row is given up', () => store.droppedRows === 2);
  assert.equal(told.length, 1);
  assert.match(told[0]?.message ?? '', /^cannot write verdicts: no such table/);
});

test('the verdicts of a call are found by its channel and by its Call-ID, buffered or stored', (context) => {
  const folder = tempFolder(context);
  const call = { channel: 'PJSIP/anonymous-0000002a', callId: 'a84b4c76e66710@pc33' };
  const rows = [aRow({ seenAt: 1, ...call }), aRow({ seenAt: 2 }), aRow({ seenAt: 3, ...call })];
  const first = openStore(folder, { now });
  for (const row of rows) first.record(row);
  const timesOf = (store: typeof first, name: string) =>
    store.verdictsOfCall(name, 9).map(({ seenAt }) => seenAt);
  assert.deepEqual(timesOf(first, call.channel), [3, 1]);
  first.close();
  const second = openStore(folder, { now });
  context.after(() => second.close());
  for (const name of Object.values(call)) assert.deepEqual(timesOf(second, name), [3, 1], name);
  assert.deepEqual(timesOf(second, 'another'), []);
});
