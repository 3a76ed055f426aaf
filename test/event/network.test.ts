import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { prefixTable } from '../../src/event/network.ts';
import { parseNetwork } from '../../src/event/source.ts';

test('the longest prefix wins', () => {
  const table = prefixTable([
    ['203.0.113.0/24', 'wide'],
    ['203.0.113.16/28', 'narrow'],
    ['203.0.113.17', 'one'],
    ['2001:db8::/32', 'six'],
    ['2001:db8:1::/48', 'six-narrow'],
  ]);
  const rows: [string, string | undefined][] = [
    ['203.0.113.17', 'one'],
    ['203.0.113.18', 'narrow'],
    ['203.0.113.99', 'wide'],
    ['203.0.114.1', undefined],
    ['2001:db8:2::1', 'six'],
    ['2001:db8:1::1', 'six-narrow'],
    ['2001:db9::1', undefined],
  ];
  for (const [address, want] of rows) assert.equal(table.match(address), want, address);
  assert.equal(table.size, 5);
});

test('overlaps sees prefixes that hold the network and those within it', () => {
  const table = prefixTable([
    ['203.0.113.16/28', 'trunk'],
    ['2001:db8:1:2::5', 'phone'],
  ]);
  const rows: [string, string | undefined][] = [
    ['203.0.113.17', 'trunk'],
    ['203.0.113.0/24', 'trunk'],
    ['0.0.0.0/0', 'trunk'],
    ['203.0.113.0/29', undefined],
    ['2001:db8:1:2::/64', 'phone'],
    ['2001:db8:1:3::/64', undefined],
  ];
  for (const [network, want] of rows) assert.equal(table.overlaps(network), want, network);
});

const v4 = fc.ipV4();
const v6 = fc.ipV6().filter((text) => !text.includes('.'));
const network = fc.oneof(
  fc.tuple(v4, fc.integer({ min: 0, max: 32 })),
  fc.tuple(v6, fc.integer({ min: 0, max: 128 })),
);

test('agrees with ipaddr.js on any set of prefixes', () => {
  fc.assert(
    fc.property(fc.array(network, { maxLength: 30 }), fc.oneof(v4, v6), (networks, text) => {
      const table = prefixTable<true>();
      for (const [address, bits] of networks) {
        const canonical = parseNetwork(`${address}/${bits}`);
        if (canonical !== undefined) table.add(canonical, true);
      }
      const parsed = ipaddr.process(text);
      const want = networks.some(([address, bits]) => {
        const base = ipaddr.parse(address);
        return base.kind() === parsed.kind() && parsed.match(base, bits);
      });
      assert.equal(table.match(parsed.toString()) ?? false, want);
    }),
  );
});
