import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { LEASE_MS } from '../../src/daemon/lockdown-switch.ts';
import { EnforceError } from '../../src/enforce/enforcer.ts';
import { OFFICE, START } from '../judge/fixture.ts';
import { open } from './lockdown-scene.ts';

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
