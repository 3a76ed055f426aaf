import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress, parseHostPort, parseNetwork, targetOf } from '../../src/event/source.ts';

test('parseAddress reads addresses only, in canonical form', () => {
  const table: [string, string | undefined][] = [
    ['203.0.113.9', '203.0.113.9'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['010.1.2.3', undefined],
    ['1', undefined],
    ['0x7f.1', undefined],
    ['256.1.1.1', undefined],
    ['fe80::1%eth0', undefined],
    ['example.com', undefined],
    ['', undefined],
    ['1'.repeat(10_000), undefined],
  ];
  for (const [text, want] of table) assert.equal(parseAddress(text), want, text);
});

test('parseNetwork clears host bits and refuses what ipaddr.js would guess at', () => {
  const table: [string, string | undefined][] = [
    ['203.0.113.9/28', '203.0.113.0/28'],
    ['203.0.113.9/32', '203.0.113.9'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['10/8', undefined],
    ['10.0.0.0/33', undefined],
    ['10.0.0.0/', undefined],
    ['2001:db8::5/48', '2001:db8::/48'],
    ['2001:db8::5/128', '2001:db8::5'],
    ['2001:db8::5/129', undefined],
  ];
  for (const [text, want] of table) assert.equal(parseNetwork(text), want, text);
});

test('parseHostPort reads what Asterisk prints for CHANNEL(pjsip,remote_addr)', () => {
  const table: [string, { address: string; port: number } | undefined][] = [
    ['198.18.11.20:52180', { address: '198.18.11.20', port: 52_180 }],
    ['[2001:db8:10:11::1]:47490', { address: '2001:db8:10:11::1', port: 47_490 }],
    ['198.18.11.20', { address: '198.18.11.20', port: 0 }],
    ['2001:db8::1', { address: '2001:db8::1', port: 0 }],
    ['198.18.11.20:99999', undefined],
    ['198.18.11.20:5060:1', undefined],
    ['', undefined],
  ];
  for (const [text, want] of table) assert.deepEqual(parseHostPort(text), want, text);
});

test('targetOf judges IPv6 by its prefix', () => {
  assert.equal(targetOf('198.18.11.20'), '198.18.11.20');
  assert.equal(targetOf('2001:db8:10:11:aaaa::1'), '2001:db8:10:11::/64');
  assert.equal(targetOf('2001:db8:10:11ff::1', 56), '2001:db8:10:1100::/56');
});
