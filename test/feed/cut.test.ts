import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { prefixTable } from '../../src/event/network.ts';
import { parseNetwork } from '../../src/event/source.ts';
import { guard } from '../../src/feed/cut.ts';

const mayNot = guard([
  ['203.0.113.0/28', 'trunk gntel'],
  ['198.51.100.7', 'trunk other'],
  ['2001:db8:aa::/48', 'trusted network 2001:db8:aa::/48'],
]);

test('an entry that would cover the known, wholly or in part, is named', () => {
  for (const [network, what] of [
    ['203.0.113.5', 'trunk gntel'],
    ['203.0.113.0/28', 'trunk gntel'],
    ['203.0.113.0/24', 'trunk gntel'],
    ['203.0.0.0/8', 'trunk gntel'],
    ['203.0.113.16', undefined],
    ['198.51.100.7', 'trunk other'],
    ['198.51.100.0/24', 'trunk other'],
    ['198.51.100.8', undefined],
    ['2001:db8:aa:1::/64', 'trusted network 2001:db8:aa::/48'],
    ['2001:e00::/25', undefined],
    ['2001:db8::/32', 'trusted network 2001:db8:aa::/48'],
    ['2001:db8:ab::/48', undefined],
    ['127.0.0.1', 'loopback'],
    ['10.66.0.0/16', 'private addresses'],
    ['192.168.1.1', 'private addresses'],
    ['192.0.0.0/8', 'private addresses'],
    ['fd00::1', 'private addresses'],
    ['::1', 'loopback'],
    ['8.8.8.8', undefined],
  ] as const) {
    assert.equal(mayNot(network), what, network);
  }
});

test('it says the same as looking for overlaps one by one', () => {
  const octet = fc.integer({ min: 200, max: 203 });
  const network = fc
    .tuple(octet, octet, octet, octet, fc.integer({ min: 8, max: 32 }))
    .map(([a, b, c, d, bits]) => parseNetwork(`${a}.${b}.${c}.${d}/${bits}`) ?? '');
  fc.assert(
    fc.property(fc.array(network, { maxLength: 8 }), network, (known, entry) => {
      const guarded = known.map((one) => [one, one] as const);
      const overlaps = prefixTable(guarded).overlaps(entry) !== undefined;
      assert.equal(guard(guarded)(entry) !== undefined, overlaps, `${known.join(' ')} ~ ${entry}`);
    }),
  );
});
