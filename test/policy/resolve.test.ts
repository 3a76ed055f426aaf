import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { TrunkDns } from '../../src/policy/lookup.ts';
import type { TrunkPolicy } from '../../src/policy/policy-trunks.ts';
import { buildTrunkTable, trunkResolver } from '../../src/policy/resolve.ts';
import { soon } from './deadline.ts';
import type { ZoneRecord, Zone } from './dns-server.ts';
import { dnsServer } from './dns-server.ts';

const MINUTE = 60_000;

test('A, AAAA and the targets of SRV are all in force', async (t) => {
  const dns = await dnsServer(t, {
    'sip.gntel.example': [...at('203.0.113.1'), ...at('2001:DB8::1')],
    '_sip._udp.sip.gntel.example': [to('a.gntel.example'), to('b.gntel.example')],
    '_sips._tcp.sip.gntel.example': [to('B.gntel.example')],
    'a.gntel.example': at('203.0.113.2'),
    'b.gntel.example': [...at('203.0.113.3'), ...at('203.0.113.1')],
    '_sip._tcp.srv.gntel.example': [to('a.gntel.example')],
  });
  const { settled, told } = resolving(t, dns, ['sip.gntel.example', '_sip._tcp.srv.gntel.example']);
  await settled();
  assert.deepEqual(told.toSorted(), [
    'changed',
    'changed',
    'resolved _sip._tcp.srv.gntel.example 203.0.113.2',
    'resolved sip.gntel.example 2001:db8::1 203.0.113.1 203.0.113.2 203.0.113.3',
  ]);
});

test('what went wrong is told apart, and the last good answer stays', async (t) => {
  const table: [string, Zone, string][] = [
    ['no such name', {}, 'there is no such name (NXDOMAIN)'],
    [
      'no address',
      { 'sip.gntel.example': [to('elsewhere.example')] },
      'the name exists but has no address (no SRV, A or AAAA record)',
    ],
    ['silence', { 'sip.gntel.example': 'silence' }, 'the DNS server did not answer in time'],
    ['failure', { 'sip.gntel.example': 'SERVFAIL' }, 'the DNS server failed (SERVFAIL)'],
    [
      'refusal',
      { 'sip.gntel.example': 'REFUSED' },
      'the DNS server refused the question (REFUSED)',
    ],
    ...['0.0.0.0', '224.0.0.5', '255.255.255.255', '::', 'ff02::1'].map(
      (address): [string, Zone, string] => [
        `absurd ${address}`,
        { 'sip.gntel.example': at(address) },
        `DNS names ${address}, where no carrier can be: not believed`,
      ],
    ),
  ];
  for (const [name, zone, want] of table) {
    const dns = await dnsServer(t, zone);
    const lastGood = new Map([['sip.gntel.example', ['203.0.113.9']]]);
    const { settled, told, resolver } = resolving(t, dns, ['sip.gntel.example'], lastGood);
    await settled();
    assert.deepEqual(told, [`failed sip.gntel.example ${want}`], name);
    assert.deepEqual(resolver.addresses(), lastGood, name);
  }
});

test('an address that vanished stays ten minutes; a half answer lets none go', async (t) => {
  const zone: Zone = { 'sip.gntel.example': [...at('203.0.113.1'), ...at('203.0.113.2')] };
  const clock = { now: 0 };
  const dns = await dnsServer(t, zone);
  const { settled, inForce } = resolving(t, dns, ['sip.gntel.example'], new Map(), clock);
  await settled();
  assert.equal(inForce(), '203.0.113.1 203.0.113.2');

  zone['sip.gntel.example'] = at('203.0.113.1');
  zone['_sip._udp.sip.gntel.example'] = 'SERVFAIL';
  clock.now = 60 * MINUTE;
  await settled();
  assert.equal(inForce(), '203.0.113.1 203.0.113.2', 'the SRV records may name it still');

  delete zone['_sip._udp.sip.gntel.example'];
  await settled();
  clock.now += 9 * MINUTE;
  await settled();
  assert.equal(inForce(), '203.0.113.1 203.0.113.2');
  clock.now += MINUTE;
  await settled();
  assert.equal(inForce(), '203.0.113.1');
});

test('hosts are asked again by their time to live', async (t) => {
  let asked = 0;
  const dns: TrunkDns = {
    resolveSrv: async () => [],
    resolve4: async () => {
      asked++;
      return [{ address: '203.0.113.1', ttl: 30 }];
    },
    resolve6: async () => [],
    cancel: () => {},
  };
  const planned: { step: () => void; ms: number; off: boolean }[] = [];
  const resolver = trunkResolver({
    trunks: [trunk('gntel', { hosts: ['sip.gntel.example'] })],
    lastGood: new Map(),
    resolver: dns,
    now: () => 0,
    later(step, ms) {
      const plan = { step, ms, off: false };
      planned.push(plan);
      return () => (plan.off = true);
    },
    on: { changed: () => {}, resolved: () => {}, failed: () => {} },
  });
  t.after(() => resolver.close());
  await resolver.refresh();
  assert.deepEqual(
    planned.map(({ ms }) => ms),
    [30_000],
  );
  planned[0]?.step();
  await resolver.refresh();
  assert.equal(asked, 2, 'a look that is under way serves both');
  resolver.close();
  assert.deepEqual(
    planned.map(({ off }) => off),
    [true, true],
  );
});

test('nothing is told after close', async (t) => {
  const dns = await dnsServer(t, { 'sip.gntel.example': 'silence' });
  const { resolver, told } = resolving(t, dns, ['sip.gntel.example']);
  const looking = resolver.refresh();
  resolver.close();
  await soon(looking, 'the cancelled look');
  assert.deepEqual(told, []);
});

test('the table holds what the policy names and what its names stand for', () => {
  const one = trunk('one', { networks: ['203.0.113.0/28'], hosts: ['a.example', 'gone.example'] });
  const two = trunk('two', { networks: ['2001:db8::/48', '198.51.100.1'] });
  const table = buildTrunkTable(
    [one, two],
    new Map([
      ['a.example', ['198.51.100.1', '192.0.2.1', '2001:db8:1::1']],
      ['stranger.example', ['192.0.2.2']],
    ]),
  );
  const rows: [string, string | undefined][] = [
    ['203.0.113.9', 'one'],
    ['192.0.2.1', 'one'],
    ['2001:db8:1::1', 'one'],
    ['198.51.100.1', 'two'],
    ['2001:db8::5', 'two'],
    ['192.0.2.2', undefined],
    ['203.0.113.16', undefined],
  ];
  for (const [address, want] of rows) assert.equal(table.match(address)?.name, want, address);
});

function resolving(
  t: TestContext,
  dns: TrunkDns,
  hosts: string[],
  lastGood: ReadonlyMap<string, readonly string[]> = new Map(),
  clock = { now: 0 },
) {
  const told: string[] = [];
  const resolver = trunkResolver({
    trunks: [trunk('gntel', { hosts })],
    lastGood,
    resolver: dns,
    now: () => clock.now,
    on: {
      changed: () => told.push('changed'),
      resolved: (host, addresses) => {
        told.push(`resolved ${host} ${addresses.toSorted().join(' ')}`);
      },
      failed: (host, error) => told.push(`failed ${host} ${error.message}`),
    },
  });
  t.after(() => resolver.close());
  const settled = async (): Promise<void> => await resolver.refresh();
  const inForce = (): string => [...resolver.addresses().values()].flat().toSorted().join(' ');
  return { resolver, told, settled, inForce };
}

function trunk(name: string, rest: Partial<TrunkPolicy>): TrunkPolicy {
  return { name, networks: [], hosts: [], junkCallerId: 'reject', ...rest };
}

function at(address: string): ZoneRecord[] {
  return [{ address, ttl: 60 }];
}

function to(target: string): ZoneRecord {
  return { target, ttl: 60 };
}
