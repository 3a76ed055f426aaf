import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEASE_MS } from '../../src/daemon/lockdown-switch.ts';
import { prefixTable } from '../../src/event/network.ts';
import { OFFICE, START } from '../judge/fixture.ts';
import { FILTER, POLICY, open } from './lockdown-scene.ts';

const SHUT = { ...FILTER, lockdown: { registered: false } };

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
