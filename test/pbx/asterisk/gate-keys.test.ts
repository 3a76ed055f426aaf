import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseNetwork } from '../../../src/event/source.ts';
import { entryOfKey, gateKey } from '../../../src/pbx/asterisk/gate-keys.ts';

const KEYS: [entry: string, key: string | undefined][] = [
  ['198.51.100.7', '198.51.100.7'],
  ['198.51.100.0/24', '198.51.100'],
  ['198.51.0.0/16', '198.51'],
  ['198.51.100.0/28', undefined],
  ['10.0.0.0/8', undefined],
  ['2001:db8::7', '2001:db8:0:0:0:0:0:7'],
  ['2001:db8:1:2::/64', '2001:db8:1:2'],
  ['2001:db8::/64', '2001:db8:0:0'],
  ['2001:db8:1::/48', '2001:db8:1'],
  ['2001:db8:1:200::/56', undefined],
  ['2001:db8::/32', undefined],
];

test('the key of an address or prefix, as the dialplan writes what it looks up', () => {
  for (const [entry, key] of KEYS) assert.equal(gateKey('ban', entry), key, entry);
});

test('the key of a caller ID, as FILTER and TOLOWER make it', () => {
  const keys: [string, string | undefined][] = [
    ['1000', '1000'],
    ['+31 20', '+3120'],
    ['SIPVicious', 'sipvicious'],
    ['friendly-scanner', 'friendlyscanner'],
    ["'or''='", 'or'],
    ['日本', undefined],
  ];
  for (const [text, key] of keys) assert.equal(gateKey('junk', text), key, text);
});

test('a key is read back as what it was written for', () => {
  for (const [entry, key] of KEYS) if (key !== undefined) assert.equal(entryOfKey(key), entry);
  for (const foreign of [
    '',
    'x',
    '1',
    '1.2.3.4.5',
    '1:2',
    '1:2:3:4:5:6:7:8:9',
    '300.1.1.1',
    '01.2.3.4',
  ]) {
    assert.equal(entryOfKey(foreign), undefined, foreign);
  }
});

test('every address and every prefix of a length that is looked up survives the way', () => {
  const v4 = fc.tuple(fc.ipV4(), fc.constantFrom(16, 24, 32)).map(([ip, bits]) => `${ip}/${bits}`);
  const v6 = fc.tuple(fc.ipV6(), fc.constantFrom(48, 64, 128)).map(([ip, bits]) => `${ip}/${bits}`);
  fc.assert(
    fc.property(fc.oneof(v4, v6), (text) => {
      const network = parseNetwork(text);
      // fast-check also writes forms that are none of ours (v4-mapped, zero-padded).
      fc.pre(network !== undefined);
      const key = gateKey('ban', network);
      assert.ok(key !== undefined && /^[0-9a-f.:]+$/.test(key));
      assert.equal(entryOfKey(key), network);
    }),
  );
});
