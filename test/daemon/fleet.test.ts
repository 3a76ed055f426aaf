import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { explain } from '../../src/cli/explain.ts';
import { status } from '../../src/cli/status.ts';
import { unban } from '../../src/cli/unban.ts';
import { recorder } from '../cli/recorder.ts';
import { newFleet, newKeys, whyNoNats } from '../fleet/nats.ts';
import { tempFolder } from '../store/temp.ts';
import { callFrom, openScene, TRUNK } from './scene.ts';
import type { Scene } from './scene.ts';

const GHOST = '198.18.11.31';

test(
  'two PBXs, one guard: what one daemon shuts out, the other does, and a trunk of its own never',
  { skip: whyNoNats() ?? false },
  async (t) => {
    const folder = tempFolder(t);
    const keys = { one: newKeys(), two: newKeys() };
    const { operator, nats, hand } = await newFleet(t, folder, keys);
    const one = await openSite(t, 'one', nats.url, keys.one.seed, operator.key.publicKey, folder);
    const two = await openSite(t, 'two', nats.url, keys.two.seed, operator.key.publicKey, folder);

    callFrom(one, GHOST, 1);
    await one.logged((line) => line['event'] === 'ban' && line['target'] === GHOST);
    const told = await two.logged((line) => line['event'] === 'ban' && line['target'] === GHOST);
    assert.equal(told['rule'], 'fleet');
    assert.match(
      String(told['why']),
      /^told by site one: junk-caller-id, could be forged, so quarantine only$/,
    );

    const output = recorder();
    assert.equal(await explain([GHOST, '--socket', two.socket], output), 0);
    assert.match(output.written.out, /told by site one/);
    await status(['--socket', two.socket], output);
    assert.match(
      output.written.out,
      /Fleet +up, 127\.0\.0\.1:\d+, [^]*2 sites; 1\s+notices of others hold/,
    );

    // A person at the site that told it lets it in again: the others hear of it.
    assert.equal(await unban([GHOST, '--socket', one.socket], recorder()), 0);
    await two.logged((line) => line['event'] === 'released' && line['target'] === GHOST);

    // The operator allows a network; the judge itself no longer shuts out of it.
    await hand.order({ order: 'allow', networks: [{ network: '198.18.11.0/24', because: 'us' }] });
    await hand.order({
      order: 'unban',
      target: '198.18.11.32',
      because: 'x',
      until: Date.now() + 60_000,
    });
    await one.logged((line) => line['event'] === 'released' && line['target'] === '198.18.11.32');
    callFrom(one, '198.18.11.32', 2);
    const spared = await one.logged((line) => line['source'] === '198.18.11.32');
    assert.notEqual(spared['verdict'], 'ban');
    assert.ok(two.lines.every((line) => line['target'] !== TRUNK));
  },
);

async function openSite(
  t: TestContext,
  site: string,
  url: string,
  seed: string,
  operator: string,
  folder: string,
): Promise<Scene> {
  const key = join(folder, `${site}.key`);
  writeFileSync(key, seed, { mode: 0o600 });
  const scene = await openScene(
    t,
    `mode: enforce
enforce: [observe]
rules: { junk-caller-id: { hits: 1, numbers: ['100'] } }
fleet: { servers: ['${url}'], credentials: { file: ${key} }, operator: ${operator}, accept: { forgeable_from: 1 } }`,
    '',
    site,
  );
  await scene.logged((line) => line['event'] === 'fleet' && line['state'] === 'up');
  return scene;
}
