import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { DatabaseSync } from '@photostructure/sqlite';
import type { AuditEntry } from '../../src/judge/audit.ts';
import { auditTable } from '../../src/store/audit.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { tempFolder } from './temp.ts';

const bare: AuditEntry = { at: 1000, by: 'anna', door: 'socket', did: 'reload' };
const full: AuditEntry = {
  at: 2000,
  by: 'bert',
  door: 'page',
  from: '127.0.0.1',
  did: 'ban',
  target: '203.0.113.9',
  because: 'dials Cuba',
  refused: 'it belongs to trunk gntel',
};

test('who did what comes newest first and survives a restart', (context) => {
  const folder = tempFolder(context);
  const first = openStore(folder, { now: () => 1000 });
  for (const entry of [bare, full]) first.putAudit(entry);
  first.close();
  const store = openStore(folder, { now: () => 1000 });
  context.after(() => store.close());
  assert.deepEqual(store.audit(9), [full, bare]);
  assert.deepEqual(store.audit(1), [full]);
});

test('only the newest are kept', (context) => {
  const folder = tempFolder(context);
  openStore(folder, { now: () => 1000 }).close();
  const db = new DatabaseSync(join(folder, 'ghostgate.db'));
  context.after(() => db.close());
  const audit = auditTable(db, 3);
  for (let at = 1; at <= 10; at++) audit.put({ ...bare, at });
  assert.deepEqual(
    audit.newest(9).map(({ at }) => at),
    [10, 9, 8],
  );
});
