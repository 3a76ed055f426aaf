import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatabaseSync } from '@photostructure/sqlite';
import { join } from 'node:path';
import { openStore } from '../../src/store/sqlite.ts';
import { aBan } from './rows.ts';
import { tempFolder } from './temp.ts';

const options = { now: () => 1000 };

test('a confirmed lockdown survives a restart, and one that ended does not', (context) => {
  const folder = tempFolder(context);
  const steps = [
    undefined,
    { confirmedAt: 1000, by: 'anna' },
    { confirmedAt: 2000, by: 'bert' },
    undefined,
  ];
  for (const step of steps) {
    const before = openStore(folder, options);
    before.putLockdown(step);
    before.close();
    const after = openStore(folder, options);
    assert.deepEqual({ ...after.lockdown() }, { ...step });
    after.close();
  }
});

test('a database from before there was a lockdown opens with its bans', (context) => {
  const folder = tempFolder(context);
  const first = openStore(folder, options);
  first.putBan(aBan());
  first.close();
  const db = new DatabaseSync(join(folder, 'ghostgate.db'));
  for (const name of ['verdict_good', 'verdict_call_id', 'verdict_channel']) {
    db.exec(`DROP INDEX ${name}`);
  }
  for (const table of ['count_recent', 'count_hour', 'top_hour', 'audit', 'notice']) {
    db.exec(`DROP TABLE ${table}`);
  }
  for (const name of ['call_id', 'channel', 'calling_name'])
    db.exec(`ALTER TABLE verdict DROP COLUMN ${name}`);
  for (const name of ['member', 'heard', 'claim', 'freed', 'fact', 'unsent']) {
    db.exec(`DROP TABLE fleet_${name}`);
  }
  db.exec('DROP TABLE lockdown; PRAGMA user_version = 1');
  db.close();
  const store = openStore(folder, options);
  context.after(() => store.close());
  assert.equal(store.warning, undefined);
  assert.deepEqual(store.activeBans(1000), [aBan()]);
  assert.equal(store.lockdown(), undefined);
});
