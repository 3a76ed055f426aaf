import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../src/store/sqlite.ts';
import { tempFolder } from './temp.ts';

test('notices are kept over a restart, the newest of them first', (t) => {
  const folder = tempFolder(t);
  const store = openStore(folder, { now: () => 0 });
  for (let at = 1; at <= 2010; at++) store.putNotice({ at, text: `notice ${at}` });
  store.close();
  const again = openStore(folder, { now: () => 0 });
  t.after(() => again.close());
  assert.deepEqual(
    again.notices(2009, 10).map((row) => ({ ...row })),
    [
      { at: 2010, text: 'notice 2010' },
      { at: 2009, text: 'notice 2009' },
    ],
  );
  assert.equal(again.notices(0, 5000).length, 2000);
});
