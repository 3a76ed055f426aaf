import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nested } from '../../src/event/nested.ts';

const OTHERS = [
  '192.0.2.1',
  '192.0.2.0/28',
  '192.0.2.0/24',
  '0.0.0.0/0',
  '2001:db8:1::/48',
  '::/0',
];

const ROWS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['192.0.2.1', [], ['192.0.2.0/28', '192.0.2.0/24', '0.0.0.0/0']],
  ['192.0.2.0/24', ['192.0.2.1', '192.0.2.0/28'], ['0.0.0.0/0']],
  ['192.0.0.0/16', ['192.0.2.1', '192.0.2.0/28', '192.0.2.0/24'], ['0.0.0.0/0']],
  ['2001:db8:1:2::/64', [], ['2001:db8:1::/48', '::/0']],
  ['198.51.100.7', [], ['0.0.0.0/0']],
];

for (const [network, within, holders] of ROWS) {
  test(`what lies within ${network}, and what holds it`, () => {
    assert.deepEqual(nested(network, OTHERS), { within, holders });
  });
}
