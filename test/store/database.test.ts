import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DatabaseSync } from '@photostructure/sqlite';
import { openStore } from '../../src/store/sqlite.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { aBan, aRow } from './rows.ts';
import { tempFolder } from './temp.ts';

const now = () => Date.UTC(2026, 2, 1, 14, 5);
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('only the owner may read the database', (context) => {
  const folder = join(tempFolder(context), 'deep', 'store');
  const before = process.umask(0);
  const store = openStore(folder, { now });
  context.after(() => store.close());
  process.umask(before);
  store.putBan(aBan());
  assert.equal(mode(folder), '700');
  for (const file of readdirSync(folder)) assert.equal(mode(join(folder, file)), '600', file);
  assert.equal(readdirSync(folder).length, 3, 'with -wal and -shm');
});

test('a folder that was there keeps its mode', (context) => {
  const folder = join(tempFolder(context), 'shared');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  openStore(folder, { now }).close();
  assert.equal(mode(folder), '755');
});

const damages: [string, (file: Buffer) => Buffer][] = [
  ['no database at all', () => Buffer.from('not a database '.repeat(1000))],
  [
    'a header and nonsense',
    (file) => Buffer.concat([file.subarray(0, 100), Buffer.alloc(9999, 7)]),
  ],
  ['every page after the first overwritten', (file) => Buffer.from(file).fill(0xff, 4096)],
  ['cut off in the middle', (file) => file.subarray(0, file.length / 3)],
];
for (const [what, damage] of damages) {
  test(`a damaged file is moved aside and a new one begun: ${what}`, (context) => {
    const folder = tempFolder(context);
    const path = join(folder, 'ghostgate.db');
    const first = openStore(folder, { now });
    first.putBan(aBan());
    first.record(aRow());
    first.close();
    const damaged = damage(readFileSync(path));
    writeFileSync(path, damaged);

    const second = openStore(folder, { now });
    context.after(() => second.close());
    const aside = 'ghostgate.db.corrupt-2026-03-01T14-05-00.000Z';
    assert.match(second.warning ?? '', new RegExp(`damaged: moved to .*${aside}`));
    assert.deepEqual(readFileSync(join(folder, aside)), damaged);
    assert.deepEqual(second.activeBans(1500), []);
    second.putBan(aBan());
    assert.equal(second.activeBans(1500).length, 1);
  });
}

test('a database of a newer ghostgate is refused, not damaged', (context) => {
  const folder = tempFolder(context);
  openStore(folder, { now }).close();
  const db = new DatabaseSync(join(folder, 'ghostgate.db'));
  db.exec('PRAGMA user_version = 99');
  db.close();
  assert.throws(() => openStore(folder, { now }), {
    name: 'StoreError',
    message: 'the database is of version 99, this ghostgate knows 7',
    hint: /newer ghostgate/,
  });
  assert.deepEqual(
    readdirSync(folder).filter((file) => file.includes('corrupt')),
    [],
  );
});

test('a folder that cannot be used is told with what to do', (context) => {
  const file = join(tempFolder(context), 'file');
  writeFileSync(file, '');
  assert.throws(
    () => openStore(join(file, 'store'), { now }),
    (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /^cannot write .*ghostgate\.db: ENOTDIR/);
      assert.equal(error.hint, 'Run as root, or name a writable folder in store.path.');
      return true;
    },
  );
});

test('every call on a broken store throws a StoreError', (context) => {
  const store = openStore(tempFolder(context), { now });
  store.close();
  assert.throws(() => store.putBan(aBan()), {
    name: 'StoreError',
    message: /^cannot store a ban: /,
  });
  assert.throws(() => store.activeBans(0), {
    name: 'StoreError',
    message: /^cannot read the bans: /,
  });
});
