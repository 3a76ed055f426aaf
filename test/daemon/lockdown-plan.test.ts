import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNetworks, planLockdown, type Around } from '../../src/daemon/lockdown-plan.ts';
import type { Registration } from '../../src/event/sip-event.ts';
import { targetOf } from '../../src/event/source.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { OFFICE, SCANNER, TRUNK, policyOf, trunk, worldOf } from '../judge/fixture.ts';

const PBX = {
  name: 'acme',
  freeswitch: { host: '127.0.0.1', port: 8021, password: 'x', allowClearTextOverNetwork: false },
};
const POLICY: Policy = {
  ...policyOf(),
  pbxs: [PBX],
  trunks: [{ ...trunk(), hosts: ['sip.gntel.example'] }],
  enforce: [
    { kind: 'nftables', table: 'ghostgate', sipPorts: [5060], lockdown: { registered: true } },
  ],
};
const AROUND: Around = {
  policy: POLICY,
  world: worldOf({
    registrations: registered([OFFICE, '201'], [OFFICE, '202'], ['10.20.0.9', '203']),
  }),
  addressesByHost: new Map([['sip.gntel.example', ['203.0.113.200']]]),
  heard: new Set(['acme']),
  senders: [OFFICE, SCANNER, TRUNK, '127.0.0.1', '10.20.0.8'],
};

test('the plan says who is let in, who only for a registration, and who is shut out', () => {
  assert.deepEqual(planLockdown(AROUND), {
    sipPorts: [5060],
    trunks: [{ name: 'gntel', addresses: 2 }],
    trusted: 1,
    registered: {
      sources: 2,
      outside: 1,
      some: [{ address: OFFICE, accounts: ['201', '202'] }],
      unreachable: [],
    },
    shutOut: { sources: 1, some: [SCANNER] },
  });
  const open = ['203.0.113.0/28', '203.0.113.200', '10.20.0.0/16'];
  assert.deepEqual(openNetworks(AROUND), open);
});

test('a phone that wrote its own private address as contact is told', () => {
  const registrations = registered(
    ['192.168.1.5', '201'],
    ['fd00::5', '202'],
    ['10.20.0.9', '203'],
  );
  const { registered: plan } = planLockdown({ ...AROUND, world: worldOf({ registrations }) });
  assert.deepEqual(plan?.unreachable, ['201', '202']);
});

test('where the policy lets no source in for its registration, such a phone is shut out', () => {
  const plan = planLockdown({ ...AROUND, policy: closedTo(POLICY) });
  assert.equal(plan.registered, undefined);
  assert.deepEqual(plan.shutOut.some, [OFFICE, SCANNER]);
  assert.equal(plan.refusal, undefined);
});

const NOBODY = { ...POLICY, trunks: [], trust: { networks: [], registered: true } };
const REFUSALS: readonly (readonly [string, Partial<Around>, RegExp])[] = [
  ['nftables is no enforcer', { policy: { ...POLICY, enforce: [] } }, /nftables is not among/],
  ['the mode is observe', { policy: { ...POLICY, mode: 'observe' } }, /mode observe/],
  [
    'a name was never answered',
    { world: worldOf({ unresolvedHosts: ['sip.gntel.example'] }) },
    /never answered for sip\.gntel\.example/,
  ],
  ['a PBX has not told its phones', { heard: new Set() }, /PBX acme has not told yet/],
  ['nobody would be let in', { policy: NOBODY, world: worldOf() }, /everyone would be shut out/],
  ['registrations do not count', { policy: closedTo(NOBODY) }, /everyone would be shut out/],
];
for (const [when, changes, why] of REFUSALS) {
  test(`lockdown is refused while ${when}`, () => {
    const { refusal } = planLockdown({ ...AROUND, ...changes });
    assert.match(refusal?.refused ?? '', why);
    assert.ok((refusal?.hint ?? '').length > 0);
  });
}

test('one registration alone is enough to go on', () => {
  assert.equal(planLockdown({ ...AROUND, policy: NOBODY }).refusal, undefined);
});

function closedTo(policy: Policy): Policy {
  return {
    ...policy,
    enforce: [
      { kind: 'nftables', table: 'ghostgate', sipPorts: [5060], lockdown: { registered: false } },
    ],
  };
}

function registered(...pairs: readonly (readonly [string, string])[]) {
  const live = new Map<string, Registration[]>();
  for (const [address, account] of pairs) {
    const target = targetOf(address);
    live.set(target, [...(live.get(target) ?? []), { address, account }]);
  }
  return live;
}
