import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { parseAddress, parseNetwork, targetOf } from '../../../src/event/source.ts';
import { gateKeys, heldEntries } from '../../../src/pbx/freeswitch/gate-keys.ts';
import { networkKeys } from './gate-xml.ts';

const KEYS: [entry: string, keys: string[]][] = [
  ['198.51.100.7', ['198.51.100.7']],
  ['198.51.100.0/24', []],
  ['10.0.0.0/8', []],
  ['2001:db8::7', ['2001:db8::7']],
  ['2001:db8:1:2::/64', ['64-2001:db8:1:2']],
  ['2001:db8:1::/64', ['64-2001:db8:1:0', '64-2001:db8:1::']],
  ['2001:0:0:7::/64', ['64-2001:0:0:7', '64-2001::7']],
  ['2001:db8:1::/48', ['48-2001:db8:1']],
  ['2001:db8::/48', ['48-2001:db8:0', '48-2001:db8::']],
  ['2001:db8:1:200::/56', []],
  ['2001:db8::/32', []],
];

test('the keys of an address or prefix, as its text may begin', () => {
  for (const [entry, keys] of KEYS) assert.deepEqual(gateKeys('ban', entry), keys, entry);
});

test('the key of a caller ID: plain characters, no blank that the hash takes away', () => {
  const keys: [string, string[]][] = [
    ['1000', ['1000']],
    ['+31 20', ['+31 20']],
    ['SIPVicious', ['sipvicious']],
    ['friendly-scanner', ['friendly-scanner']],
    [' 100', []],
    ["'or''='", []],
    ['1/2', []],
    ['${system(x)}', []],
    ['1\n\napi shutdown', []],
    ['日本', []],
    ['', []],
    ['1'.repeat(129), []],
  ];
  for (const [text, key] of keys) assert.deepEqual(gateKeys('junk', text), key, text);
});

test('keys are read back as what they were written for, when all of them are there', () => {
  const held = new Map(KEYS.flatMap(([, keys], at) => keys.map((key) => [key, at] as const)));
  held.set('not-ours', 5).set('64-', 5).set('64-::', 5).set('24-1.2.3', 5).set('01.2.3.4', 5);
  const entries = KEYS.flatMap(([entry, keys], at) =>
    keys.length === 0 ? [] : [[entry, at] as const],
  );
  assert.deepEqual(heldEntries(held), new Map(entries));
  held.delete('64-2001::7');
  assert.equal(heldEntries(held).get('2001:0:0:7::/64'), 0);
});

test('every address of IPv6 is found by its networks, as the dialplan cuts them off', () => {
  const group = fc.oneof(fc.constant('0'), fc.constantFrom('1', 'db8', '2001', 'ffff'));
  const text = fc.array(group, { minLength: 8, maxLength: 8 }).map((parts) => parts.join(':'));
  fc.assert(
    fc.property(text, (written) => {
      const address = parseAddress(written);
      fc.pre(address !== undefined && address.includes(':') && !address.startsWith(':'));
      const [sixtyFour, fortyEight] = networkKeys(address);
      assert.ok(gateKeys('ban', targetOf(address, 64)).includes(`64-${sixtyFour}`), address);
      assert.ok(gateKeys('ban', targetOf(address, 48)).includes(`48-${fortyEight}`), address);
    }),
  );
});

test('no key of one network is a key of another', () => {
  const networks = fc
    .tuple(fc.ipV6(), fc.constantFrom(48, 64))
    .map(([ip, bits]) => parseNetwork(`${ip}/${bits}`))
    .filter((each) => each !== undefined && each.includes(':'))
    .filter((each) => !ipaddr.IPv6.parse((each ?? '').split('/')[0] ?? '').isIPv4MappedAddress());
  fc.assert(
    fc.property(networks, networks, (one, other) => {
      fc.pre(one !== undefined && other !== undefined && one !== other);
      const shared = gateKeys('ban', one).filter((key) => gateKeys('ban', other).includes(key));
      assert.deepEqual(shared, []);
    }),
  );
});
