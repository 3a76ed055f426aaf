import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError, guarded, isCorrupt, isPassing } from '../../src/store/store-error.ts';

test('a damaged database is known by its words where the binding gives no code', () => {
  assert.equal(isCorrupt(new Error('database disk image is malformed')), true);
  assert.equal(isCorrupt(new Error('no such table: ban')), false);
});

test('SQLite codes tell what may pass and what is damaged', () => {
  const rows: [number, { corrupt: boolean; passing: boolean; hint: RegExp }][] = [
    [11, { corrupt: true, passing: false, hint: /damaged/ }],
    [26, { corrupt: true, passing: false, hint: /damaged/ }],
    [267, { corrupt: true, passing: false, hint: /damaged/ }],
    [13, { corrupt: false, passing: true, hint: /disk is full/ }],
    [5, { corrupt: false, passing: true, hint: /second ghostgate/ }],
    [778, { corrupt: false, passing: true, hint: /healthy disk/ }],
    [1299, { corrupt: false, passing: false, hint: /healthy disk/ }],
  ];
  for (const [errcode, want] of rows) {
    const cause = Object.assign(new Error('it failed'), { errcode });
    assert.throws(
      () =>
        guarded('do it', () => {
          throw cause;
        }),
      (error: unknown) => {
        assert.ok(error instanceof StoreError);
        assert.equal(error.message, 'cannot do it: it failed');
        assert.equal(error.cause, cause);
        assert.match(error.hint, want.hint, String(errcode));
        for (const each of [error, cause]) {
          assert.equal(isCorrupt(each), want.corrupt, String(errcode));
          assert.equal(isPassing(each), want.passing, String(errcode));
        }
        return true;
      },
    );
  }
});
