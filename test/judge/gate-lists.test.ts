import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefixTable } from '../../src/event/network.ts';
import { type GateLists, gateLists } from '../../src/judge/gate-lists.ts';
import type { World } from '../../src/judge/world.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { TrunkPolicy } from '../../src/policy/policy-trunks.ts';
import { createDialledNumbers } from '../../src/judge/dialled.ts';
import { buildTrunkTable } from '../../src/policy/resolve.ts';
import { policyOf } from './fixture.ts';

const CARRIER: TrunkPolicy = {
  name: 'carrier',
  networks: ['203.0.113.8/30', '198.51.0.0/16', '2001:db8:7::5'],
  hosts: ['sip.carrier.example'],
  junkCallerId: 'reject',
};
const BRANCH: TrunkPolicy = {
  name: 'branch',
  networks: ['192.0.2.9'],
  hosts: [],
  junkCallerId: 'pass',
};
const WEEK = 7 * 86_400;
const DAY = 86_400;

test('trunks: small networks and what DNS names go through with a plausible caller ID', () => {
  const { carrier, trust } = listsOf({});
  assert.deepEqual(
    [...carrier.keys()],
    ['203.0.113.16', '203.0.113.8', '203.0.113.9', '203.0.113.10', '203.0.113.11', '2001:db8:7::5'],
  );
  assert.deepEqual([...trust], [['192.0.2.9', WEEK]], 'a trunk whose caller IDs are not judged');
});

test('of wide networks, those that were seen; nobody who only says so', () => {
  const { carrier, trust } = listsOf({ seen: ['198.51.100.7', '10.20.3.4', '192.0.2.200'] });
  assert.equal(carrier.get('198.51.100.7'), WEEK);
  assert.equal(trust.get('10.20.3.4'), WEEK);
  assert.equal(trust.has('192.0.2.200') || carrier.has('192.0.2.200'), false);
});

test('registered phones, for a day without us; not behind a trunk, nor where they may not call', () => {
  const registrations = new Map([
    ['198.18.13.1', [{ account: '201', address: '198.18.13.1' }]],
    ['2001:db8:13:1::/64', [{ account: '202', address: '2001:db8:13:1::9' }]],
    ['203.0.113.9', [{ account: '203', address: '203.0.113.9' }]],
  ]);
  const { trust, carrier } = listsOf({ registrations });
  assert.equal(trust.get('198.18.13.1'), DAY);
  assert.equal(trust.get('2001:db8:13:1::/64'), DAY);
  assert.equal(trust.has('203.0.113.9'), false);
  assert.equal(carrier.get('203.0.113.9'), WEEK);
  const without = listsOf({ registrations, policy: policyOf({ trustRegistered: false }) });
  assert.equal(without.trust.has('198.18.13.1'), false);
});

test('strangers are refused without us only where the policy says so and nothing is in doubt', () => {
  const away = { enabled: true, whenAway: 'pass', trustForSeconds: WEEK } as const;
  for (const { policy, unresolvedHosts, closed } of [
    { policy: policyOf(), unresolvedHosts: [], closed: true },
    { policy: policyOf(), unresolvedHosts: ['sip.carrier.example'], closed: false },
    { policy: { ...policyOf(), mode: 'observe' as const }, unresolvedHosts: [], closed: false },
    { policy: { ...policyOf(), gate: away }, unresolvedHosts: [], closed: false },
  ]) {
    assert.equal(listsOf({ policy, unresolvedHosts }).closed, closed);
  }
});

const OWN = { numbers: [], names: [], patterns: [], allowed: [], anonymous: 'pass' } as const;
const closeLooks: readonly [string, Partial<TrunkPolicy>, patterns: string[], list: string][] = [
  ['nothing said', {}, [], 'carrier'],
  ['junk may pass', { junkCallerId: 'pass' }, [], 'trust'],
  ['a junk pattern', {}, ['^00'], 'checked'],
  ['a junk pattern that this trunk is not asked about', { junkCallerId: 'pass' }, ['^00'], 'trust'],
  ['anonymous is watched', { callerId: { ...OWN, anonymous: 'watch' } }, [], 'carrier'],
  ['anonymous is refused', { callerId: { ...OWN, anonymous: 'reject' } }, [], 'checked'],
  ['numbers of its own', { callerId: { ...OWN, numbers: ['1'] } }, [], 'checked'],
  ['names of its own', { callerId: { ...OWN, names: ['x'] } }, [], 'checked'],
  ['patterns', { callerId: { ...OWN, patterns: ['x'] }, junkCallerId: 'pass' }, [], 'checked'],
  ['allowed shapes', { callerId: { ...OWN, allowed: ['x'] } }, [], 'checked'],
];
for (const [what, changes, patterns, list] of closeLooks) {
  test(`a trunk's calls wait only for what the gate cannot look up: ${what}`, () => {
    const junk = { hits: 1, withinSeconds: 60, numbers: [], names: [], patterns };
    const trunks = [{ ...CARRIER, networks: ['203.0.113.9'], hosts: [], ...changes }];
    const policy = policyOf({ rules: { 'junk-caller-id': junk } });
    const { carrier, trust, checked } = listsOf({ policy, trunks });
    const lists = { carrier, trust, checked };
    const holding = Object.entries(lists).filter(([, held]) => held.has('203.0.113.9'));
    assert.deepEqual(
      holding.map(([name]) => name),
      [list],
    );
  });
}

test('junk is what the rule calls junk', () => {
  assert.deepEqual([...listsOf({}).junk], ['100', '1000', 'sipvicious']);
  const off = policyOf({ rules: { 'junk-caller-id': undefined } });
  assert.equal(listsOf({ policy: off }).junk.size, 0);
});

function listsOf(
  parts: Partial<Pick<World, 'registrations' | 'unresolvedHosts'>> & {
    readonly policy?: Policy;
    readonly trunks?: readonly TrunkPolicy[];
    readonly seen?: readonly string[];
  },
): GateLists {
  const {
    seen = [],
    policy: base = policyOf(),
    trunks = [CARRIER, BRANCH],
    registrations = new Map(),
    unresolvedHosts = [],
  } = parts;
  const policy = { ...base, trunks };
  const addressesByHost = new Map([['sip.carrier.example', ['203.0.113.16']]]);
  const world: World = {
    own: prefixTable(),
    trunks: buildTrunkTable(policy.trunks, addressesByHost),
    unresolvedHosts,
    trusted: prefixTable(policy.trust.networks.map((network) => [network, network] as const)),
    registrations,
    graces: new Map(),
    dialled: createDialledNumbers(),
  };
  return gateLists({ policy, world, addressesByHost, seen });
}
