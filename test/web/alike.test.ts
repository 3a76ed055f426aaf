import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alike } from '../../src/web/alike.ts';
import { aRow } from '../store/rows.ts';

test('what was decided again and again is one row at its newest, and every call its own', () => {
  const guess = aRow({ event: 'auth-failure', verdict: 'watch', rule: 'auth-failure' });
  const call = aRow({ event: 'call', verdict: 'reject', rule: 'stranger-call' });
  const rows = [
    { ...guess, key: 9, seenAt: 900, why: '3 wrong passwords' },
    { ...call, key: 8, seenAt: 800 },
    { ...guess, key: 7, seenAt: 700, account: 'other' },
    { ...guess, key: 6, seenAt: 600, why: '2 wrong passwords' },
    { ...call, key: 5, seenAt: 500 },
    { ...guess, key: 4, seenAt: 400, verdict: 'ban' as const },
  ];
  assert.deepEqual(
    alike(rows).map(({ key, count, since }) => [key, count, since]),
    [
      [9, 2, 600],
      [8, 1, 800],
      [7, 1, 700],
      [5, 1, 500],
      [4, 1, 400],
    ],
  );
});
