import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outermost } from '../../src/event/outermost.ts';

const ROWS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [[], []],
  [['192.0.2.1', '192.0.2.1'], ['192.0.2.1']],
  [['10.1.2.3', '10.0.0.0/8', '10.1.0.0/16'], ['10.0.0.0/8']],
  [
    ['10.0.0.0/25', '10.0.0.128/25'],
    ['10.0.0.0/25', '10.0.0.128/25'],
  ],
  [
    ['0.0.0.0/0', '192.0.2.1', '2001:db8::1'],
    ['0.0.0.0/0', '2001:db8::1'],
  ],
  [
    ['2001:db8::1', '2001:db8::/32', '2001:db9::/64'],
    ['2001:db8::/32', '2001:db9::/64'],
  ],
];

for (const [networks, wanted] of ROWS) {
  test(`outermost of ${networks.join(' ') || 'nothing'}`, () => {
    assert.deepEqual(outermost(networks), wanted);
  });
}
