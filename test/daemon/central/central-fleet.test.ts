import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { withRing } from '../../../src/fleet/operator-bases.ts';
import type { RingOrder } from '../../../src/fleet/rollout-order.ts';
import { startAmiServer } from '../../fake/ami-server.ts';
import { newFleet, newKeys, whyNoNats } from '../../fleet/nats.ts';
import { tempFolder } from '../../store/temp.ts';
import { centralScene, isUp } from './scene.ts';

const skip = whyNoNats() ?? false;

test('sites of one process take what the fleet publishes each for itself', { skip }, async (t) => {
  const folder = tempFolder(t);
  const keys = { one: newKeys(), two: newKeys() };
  const { operator, nats, hand } = await newFleet(t, folder, keys);
  const pbx = await startAmiServer();
  t.after(() => pbx.stop());
  const scene = centralScene();
  t.after(() => scene.close());
  for (const [site, { seed }] of Object.entries(keys)) {
    const key = join(folder, `${site}.key`);
    writeFileSync(key, seed, { mode: 0o600 });
    const fleet = `fleet: { servers: ['${nats.url}'], credentials: { file: ${key} }, operator: ${operator.key.publicKey} }`;
    scene.write(`${site}.yaml`, site, pbx.port, `extends: fleet\nenforce: [observe]\n${fleet}`);
  }
  await hand.order({ order: 'site', site: 'one', key: keys.one.key.publicKey, ring: 'canary' });
  await scene.run();
  for (const site of ['one', 'two']) await scene.until(`${site}.yaml`, isUp);

  let rings: readonly RingOrder[] = [];
  const order = async (ring: string, text: string): Promise<void> => {
    rings = withRing(rings, ring, await hand.publish(text, 'a test'), Date.now(), true);
    await hand.order({ order: 'rollout', rings, soakSeconds: 0, because: 'x' });
  };
  const fileOf = (site: string): string =>
    join(scene.folder, 'state', site, 'fleet', 'policy.yaml');
  const isTaken = async (site: string, text: string): Promise<boolean> => {
    for (let tries = 0; tries < 200; tries++) {
      if (existsSync(fileOf(site)) && readFileSync(fileOf(site), 'utf8') === text) return true;
      await pause(50);
    }
    return false;
  };

  const first = 'jail: { time: [2h] }\n';
  await order('canary', first);
  assert.ok(await isTaken('one', first));
  assert.ok(!existsSync(fileOf('two')), 'it is in another ring');
  // What does not fit is refused at the site, not laid under it.
  await order('canary', 'jail: { time: [7] }\n');
  await order('all', first);
  assert.ok(await isTaken('two', first));
  assert.equal(readFileSync(fileOf('one'), 'utf8'), first);
  for (const site of ['one', 'two']) await scene.until(`${site}.yaml`, isUp);
});
