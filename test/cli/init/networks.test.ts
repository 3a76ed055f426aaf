import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionAddress } from '../../../src/cli/init/machine.ts';
import { findNetworks, type NetworkSigns } from '../../../src/cli/init/networks.ts';
import { findPhones } from '../../../src/cli/init/phones.ts';
import { filesOf } from '../install/files.ts';
import { machineOf } from './machine.ts';

test('private networks alone are found, the widest first', () => {
  const rows: { what: string; signs: Partial<NetworkSigns>; want: string[] }[] = [
    {
      what: 'the machine’s own; bridges of containers and public ones are not',
      signs: {
        interfaces: [
          { name: 'eth0', cidr: '203.0.113.9/24' },
          { name: 'eth1', cidr: '10.20.3.4/16' },
          { name: 'docker0', cidr: '172.17.0.1/16' },
          { name: 'br-1a2b', cidr: '172.18.0.1/16' },
          { name: 'eth1', cidr: 'fd00:1::5/64' },
          { name: 'eth1', cidr: 'fe80::1/64' },
          { name: 'wg0', cidr: '10.99.0.1/32' },
        ],
      },
      want: ['10.20.0.0/16', 'fd00:1::/64'],
    },
    {
      what: 'what the PBX takes for local; a network within another needs no line',
      signs: {
        interfaces: [{ name: 'eth0', cidr: '192.168.1.5/24' }],
        local: [
          { text: '192.168.0.0/255.255.0.0', from: 'sip.conf:3' },
          { text: '203.0.113.0/24', from: 'sip.conf:4' },
          { text: '0.0.0.0/0', from: 'sip.conf:5' },
          { text: 'nonsense', from: 'sip.conf:6' },
        ],
      },
      want: ['192.168.0.0/16'],
    },
    {
      what: 'phones in a network nobody named: unsure; public ones need no line',
      signs: {
        interfaces: [{ name: 'eth0', cidr: '192.168.1.5/24' }],
        phones: ['192.168.1.20', '10.8.3.7', '10.8.3.9', '203.0.113.50'],
      },
      want: ['192.168.1.0/24', '10.8.3.0/24 ?'],
    },
    { what: 'who administers it', signs: { admin: '198.51.100.4' }, want: ['198.51.100.4'] },
    {
      what: 'from within a network that is there',
      signs: { admin: '10.20.0.9', interfaces: [{ name: 'eth0', cidr: '10.20.3.4/16' }] },
      want: ['10.20.0.0/16'],
    },
    { what: 'from the machine itself', signs: { admin: '127.0.0.1' }, want: [] },
  ];
  for (const { what, signs, want } of rows) {
    const found = findNetworks({
      interfaces: [],
      local: [],
      phones: [],
      admin: undefined,
      ...signs,
    });
    assert.deepEqual(
      found.map(({ network, sure }) => (sure ? network : `${network} ?`)),
      want,
      what,
    );
  }
});

test('phones are where the PBX says they are registered', async () => {
  const rows: { says: Record<string, string>; kind: 'asterisk' | 'freeswitch'; want: string[] }[] =
    [
      {
        kind: 'asterisk',
        says: {
          'asterisk -rx database show registrar':
            '/registrar/contact/6001;@a1: {"via_addr":"10.0.0.5","uri":"sip:6001@198.18.13.1:5071","expiration_time":"9"}\n' +
            '/registrar/contact/6002;@a2: {"via_addr":"","uri":"sip:6002@[2001:db8::7]:5060;transport=tcp"}\n' +
            '/registrar/contact/6003;@a3: {"uri":"sip:6003@host.example"}\n2 results found.\n',
          'asterisk -rx database show SIP/Registry':
            '/SIP/Registry/6001                                : 198.18.13.2:5072:3600:6001:sip:6001@198.18.13.2:5072\n',
        },
        want: ['198.18.13.1', '2001:db8::7', '198.18.13.2'],
      },
      {
        kind: 'freeswitch',
        says: {
          'fs_cli -x show registrations as json':
            '{"row_count":2,"rows":[{"network_ip":"198.18.13.1"},{"network_ip":"198.18.13.1"},{"network_ip":7}]}',
        },
        want: ['198.18.13.1'],
      },
      { kind: 'freeswitch', says: { 'fs_cli -x show registrations as json': 'no' }, want: [] },
    ];
  for (const { says, kind, want } of rows) {
    const { addresses, notAsked } = await findPhones(machineOf({ says }), kind);
    assert.deepEqual(addresses, want);
    assert.equal(notAsked, undefined);
  }
  assert.match((await findPhones(machineOf({}), 'asterisk')).notAsked ?? '', /does not answer/);
});

test('the ssh session is found behind sudo', () => {
  const files = filesOf({
    '/proc/9/environ': 'PATH=/bin\0',
    '/proc/9/stat': '7 (a) b) S 8 7 7',
    '/proc/8/environ': 'X=1\0SSH_CONNECTION=198.51.100.4 50000 203.0.113.9 22\0',
    '/proc/8/stat': '7 (a) b) S 1 7 7',
  });
  assert.equal(sessionAddress(files, {}, 9), '198.51.100.4');
  assert.equal(sessionAddress(files, { SSH_CONNECTION: '2001:db8::4 1 2 3' }, 9), '2001:db8::4');
  assert.equal(sessionAddress(filesOf({ '/proc/9/stat': '7 (a) b) S 9 7 7' }), {}, 9), undefined);
  assert.equal(sessionAddress(filesOf({}), { SSH_CONNECTION: 'nonsense' }, 9), undefined);
});
