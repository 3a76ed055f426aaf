import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { explain } from '../../src/cli/explain.ts';
import { status } from '../../src/cli/status.ts';
import { unban } from '../../src/cli/unban.ts';
import { recorder } from '../cli/recorder.ts';
import { startAmiServer } from '../fake/ami-server.ts';
import { newFleet, newKeys, whyNoNats } from '../fleet/nats.ts';
import { openSite as openTestSite, until } from '../fleet/site.ts';
import { openStored } from '../fleet/stored-site.ts';
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

test(
  'who is registered is asked before any ban of the fleet: a phone that others tell of still calls',
  { skip: whyNoNats() ?? false },
  async (t) => {
    const folder = tempFolder(t);
    const keys = { one: newKeys(), two: newKeys() };
    const { operator, nats } = await newFleet(t, folder, keys);
    const one = openStored(t, join(folder, 'one'), (memory) =>
      openTestSite('one', keys.one, operator, nats.url, memory),
    );
    // Both were started at once, and the PBX is the slower one; its phones are registered still.
    const slow = await startAmiServer();
    t.after(() => slow.stop());
    slow.contacts = [
      {
        ObjectName: '201;@x',
        Uri: 'sip:201@198.18.13.7:5070',
        Endpoint: '201',
        ViaAddr: '10.0.0.1',
      },
    ];
    slow.stall();
    const pbx2 = `  - name: pbx2
    asterisk: { port: ${slow.port}, username: ghostgate, secret: { env: TEST_SECRET } }`;
    const operatorKey = operator.key.publicKey;
    const two = await openSite(t, 'two', nats.url, keys.two.seed, operatorKey, folder, pbx2);
    const notice = { rule: 'flood', proof: 'proven', until: Date.now() + 3_600_000 } as const;
    for (const target of ['198.18.13.7', GHOST]) one.fleet.tell({ target, ...notice });
    await until('it is told', () => one.fleet.report().unsent === 0);
    await until('it has heard', () => two.daemon.status().fleet?.claims === 2);
    slow.resume();
    await two.logged((line) => line['event'] === 'ban' && line['target'] === GHOST);
    assert.deepEqual(
      two.lines.filter((line) => line['event'] === 'ban').map((line) => line['target']),
      [GHOST],
    );
  },
);

test(
  'who asks for more sites, or for those of another operator, lets go what came of fewer',
  { skip: whyNoNats() ?? false },
  async (t) => {
    const folder = tempFolder(t);
    const keys = { one: newKeys(), two: newKeys() };
    const { operator, nats } = await newFleet(t, folder, keys);
    const operatorKey = operator.key.publicKey;
    const two = await openSite(t, 'two', nats.url, keys.two.seed, operatorKey, folder);
    const one = openStored(t, join(folder, 'one'), (memory) =>
      openTestSite('one', keys.one, operator, nats.url, memory),
    );
    const notice = { rule: 'flood', proof: 'proven', until: Date.now() + 3_600_000 } as const;
    one.fleet.tell({ target: GHOST, ...notice });
    await two.logged((line) => line['event'] === 'ban' && line['target'] === GHOST);
    const times = (event: string): number =>
      two.lines.filter((line) => line['event'] === event && line['target'] === GHOST).length;
    const asks = (more: string): string =>
      policyOf('two', nats.url, operatorKey, folder).replace('accept: {', `accept: { ${more}`);
    two.writePolicy(asks('proven_from: 2,').replace('forgeable_from: 1', 'forgeable_from: 2'));
    await until('two ask for two', () => times('released') === 1);
    two.writePolicy(asks(''));
    await until('one is enough again', () => times('ban') === 2);
    two.writePolicy(policyOf('two', nats.url, newKeys().key.publicKey, folder));
    await until('nobody says it', () => times('released') === 2);
  },
);

async function openSite(
  t: TestContext,
  site: string,
  url: string,
  seed: string,
  operator: string,
  folder: string,
  pbxs = '',
): Promise<Scene> {
  writeFileSync(join(folder, `${site}.key`), seed, { mode: 0o600 });
  const scene = await openScene(t, policyOf(site, url, operator, folder), pbxs, site);
  await scene.logged((line) => line['event'] === 'fleet' && line['state'] === 'up');
  return scene;
}

function policyOf(site: string, url: string, operator: string, folder: string): string {
  const key = join(folder, `${site}.key`);
  return `mode: enforce
enforce: [observe]
rules: { junk-caller-id: { hits: 1, numbers: ['100'] } }
fleet: { servers: ['${url}'], credentials: { file: ${key} }, operator: ${operator}, accept: { forgeable_from: 1 } }`;
}
