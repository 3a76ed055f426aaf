import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { LEASE_MS, createLockdown } from '../../src/daemon/lockdown.ts';
import { EnforceError, type Lockdown } from '../../src/enforce/enforcer.ts';
import { prefixTable } from '../../src/event/network.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { ConfirmedLockdown } from '../../src/store/store.ts';
import { OFFICE, START, policyOf, trunk, worldOf } from '../judge/fixture.ts';

const FILTER = {
  kind: 'nftables',
  table: 'ghostgate',
  sipPorts: [5060],
  lockdown: { registered: true },
} as const;
const SHUT = { ...FILTER, lockdown: { registered: false } };
const POLICY: Policy = {
  ...policyOf(),
  pbxs: [
    {
      name: 'acme',
      freeswitch: {
        host: '127.0.0.1',
        port: 8021,
        password: 'x',
        allowClearTextOverNetwork: false,
      },
    },
  ],
  trunks: [{ ...trunk(), hosts: ['sip.gntel.example'] }],
  enforce: [FILTER],
};

test('on, confirmed, off: each is written, and only the confirmed one is stored', async () => {
  const scene = open();
  scene.lockdown.heard('acme');
  const on = await scene.lockdown.on({ confirmWithinSeconds: 60, by: 'anna' });
  assert.ok('lockdown' in on && on.lockdown.state === 'unconfirmed' && on.lockdown.inForce);
  assert.equal(on.lockdown.until, START + 60_000);
  const [unconfirmed] = scene.written;
  assert.ok(unconfirmed !== undefined && unconfirmed.forMs > 59_000 && unconfirmed.forMs <= 60_000);
  assert.deepEqual(unconfirmed.open, ['203.0.113.0/28', '10.20.0.0/16']);
  assert.deepEqual(unconfirmed.registered, [OFFICE]);
  assert.equal(scene.stored, undefined);
  const confirmed = await scene.lockdown.confirm({ by: 'anna' });
  assert.ok('lockdown' in confirmed && confirmed.lockdown.state === 'on');
  assert.equal(scene.written.at(-1)?.forMs, LEASE_MS);
  assert.deepEqual(scene.stored, { confirmedAt: START, by: 'anna' });
  await scene.lockdown.off({ by: 'anna' });
  assert.equal(scene.written.at(-1), undefined);
  assert.equal(scene.stored, undefined);
  assert.equal(scene.lockdown.report().state, 'off');
});

test('unconfirmed it is undone, and then there is nothing to confirm', async () => {
  const scene = open();
  scene.lockdown.heard('acme');
  await scene.lockdown.on({ confirmWithinSeconds: 1, by: 'anna' });
  await sleep(1_100);
  assert.equal(scene.lockdown.report().state, 'off');
  assert.equal(scene.written.at(-1), undefined);
  const late = await scene.lockdown.confirm({ by: 'anna' });
  assert.ok('refused' in late && late.hint === 'ghostgate lockdown on');
});

test('what cannot be written is an answer, and the ports are opened again', async () => {
  const scene = open();
  scene.lockdown.heard('acme');
  scene.fault = new EnforceError('nftables: no fib', 'load nft_fib_inet');
  const answer = await scene.lockdown.on({ confirmWithinSeconds: 60, by: 'anna' });
  assert.deepEqual(answer, { refused: 'nftables: no fib', hint: 'load nft_fib_inet' });
  assert.equal(scene.lockdown.report().state, 'off');
  scene.fault = undefined;
  await scene.lockdown.tick();
  assert.equal(scene.written.at(-1), undefined);
});

test('a phone that registers is let in at once, one that is gone stays', async () => {
  const scene = open();
  scene.lockdown.heard('acme');
  await scene.lockdown.on({ confirmWithinSeconds: 60, by: 'anna' });
  scene.register(['198.51.100.99']);
  scene.lockdown.heard('acme');
  await scene.settled();
  assert.deepEqual(scene.written.at(-1)?.registered, ['198.51.100.99', OFFICE]);
  const writes = scene.written.length;
  scene.lockdown.heard('acme');
  await scene.settled();
  assert.equal(scene.written.length, writes, 'nothing new, nothing written');
});

test('an address that a trunk has from DNS now is let in at once', async () => {
  const scene = open();
  scene.lockdown.heard('acme');
  await scene.lockdown.on({ confirmWithinSeconds: 60, by: 'anna' });
  scene.addressesByHost.set('sip.gntel.example', ['192.0.2.77']);
  scene.world.trunks = prefixTable();
  scene.lockdown.follow();
  await scene.settled();
  assert.ok(scene.written.at(-1)?.open.includes('192.0.2.77'));
});

test('after a start it waits until the PBX has told who is registered', async () => {
  const scene = open({ confirmedAt: START - 5, by: 'anna' });
  await scene.lockdown.policyChanged();
  await scene.lockdown.tick();
  assert.equal(scene.written.length, 0);
  assert.match(scene.lockdown.report().problem ?? '', /waiting for that/);
  scene.lockdown.heard('acme');
  await scene.settled();
  assert.equal(scene.written.at(-1)?.forMs, LEASE_MS);
  assert.deepEqual(scene.lockdown.report(), {
    state: 'on',
    since: START - 5,
    by: 'anna',
    inForce: true,
    droppedPackets: 0,
  });
});

test('what was flushed is told and written at the next tick', async () => {
  const scene = open({ confirmedAt: START - 5, by: 'anna' });
  scene.lockdown.heard('acme');
  await scene.settled();
  scene.inForce = false;
  const writes = scene.written.length;
  await scene.lockdown.tick();
  assert.equal(scene.written.length, writes + 1);
  assert.ok(scene.logged.some((line) => line.includes('taken away')));
});

test('when nobody is left to let in, the last ones stay', async () => {
  const scene = open({ confirmedAt: START - 5, by: 'anna' });
  scene.lockdown.heard('acme');
  await scene.settled();
  const writes = scene.written.length;
  scene.policy = {
    ...POLICY,
    trunks: [],
    trust: { networks: [], registered: true },
    enforce: [SHUT],
  };
  scene.register([]);
  await scene.lockdown.policyChanged();
  assert.equal(scene.written.length, writes + 1, 'who was registered stays let in');
});

for (const [what, change] of [
  ['mode: observe', { mode: 'observe' }],
  ['no nftables', { enforce: [] }],
] as const) {
  test(`a policy with ${what} ends it, and a later one does not bring it back`, async () => {
    const scene = open({ confirmedAt: START - 5, by: 'anna' });
    scene.lockdown.heard('acme');
    await scene.settled();
    scene.policy = { ...POLICY, ...change };
    await scene.lockdown.policyChanged();
    assert.equal(scene.written.at(-1), undefined);
    assert.equal(scene.stored, undefined);
    assert.equal(scene.notices.length, 1);
    scene.policy = POLICY;
    await scene.lockdown.policyChanged();
    assert.equal(scene.lockdown.report().state, 'off');
  });
}

function open(confirmed?: ConfirmedLockdown) {
  const scene = {
    policy: POLICY,
    world: { ...worldOf() },
    addressesByHost: new Map<string, readonly string[]>(),
    written: [] as (Lockdown | undefined)[],
    stored: confirmed,
    fault: undefined as Error | undefined,
    inForce: false,
    notices: [] as string[],
    logged: [] as string[],
    register(addresses: readonly string[]) {
      scene.world.registrations = new Map(
        addresses.map((address) => [address, [{ address, account: '201' }]]),
      );
    },
    settled: () => sleep(5),
  };
  scene.register([OFFICE]);
  const log = (_fields: unknown, text: string): void => void scene.logged.push(text);
  const lockdown = createLockdown({
    policy: () => scene.policy,
    world: () => scene.world,
    keeper: () => ({
      async lockdown(wanted) {
        if (scene.fault !== undefined) throw scene.fault;
        scene.written.push(wanted);
        scene.inForce = wanted !== undefined;
        return true;
      },
      locked: async () => ({ inForce: scene.inForce, droppedPackets: 0 }),
      senders: async () => [],
    }),
    store: {
      lockdown: () => scene.stored,
      putLockdown: (next) => (scene.stored = next),
    },
    addressesByHost: () => scene.addressesByHost,
    notices: { tell: (text) => scene.notices.push(text) },
    log: { warn: log, error: log } as never,
    now: () => START,
  });
  return Object.assign(scene, { lockdown });
}
