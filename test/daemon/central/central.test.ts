import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { ban } from '../../../src/cli/ban.ts';
import { central as command } from '../../../src/cli/central.ts';
import { recorder } from '../../cli/recorder.ts';
import type { FakeAmi } from '../../fake/ami-server.ts';
import { startAmiServer } from '../../fake/ami-server.ts';
import { fromBuild } from '../../lab/daemon.ts';
import { centralScene, isUp } from './scene.ts';

test('two sites of one process share neither bans nor places', async (t) => {
  const [one, two] = [await pbx(t), await pbx(t)];
  const scene = centralScene();
  t.after(() => scene.close());
  scene.write('one.yaml', 'one', one.port);
  scene.write('two.yaml', 'two', two.port);
  await scene.run();
  await scene.until('one.yaml', isUp);
  await scene.until('two.yaml', isUp);
  const socket = join(scene.folder, 'run', 'one.sock');
  assert.equal(
    await ban(
      ['203.0.113.9', '--for', '1h', '--because', 'a test', '--socket', socket],
      recorder(),
    ),
    0,
  );
  assert.equal((await scene.until('one.yaml', ({ bans }) => bans === 1)).bans, 1);
  assert.equal((await scene.until('two.yaml', isUp)).bans, 0);
  assert.ok(existsSync(join(scene.folder, 'state', 'two', 'ghostgate.db')));

  const output = recorder();
  assert.equal(await command(['status', '--socket', scene.socket], output), 0);
  assert.match(output.written.out, /one +running +1 of 1 up +enforce +1/);
  assert.match(output.written.out, /All is well\./);
});

test('one bad file keeps no other from running, and runs once it is good', async (t) => {
  const one = await pbx(t);
  const scene = centralScene();
  t.after(() => scene.close());
  scene.write('_base.yaml', 'base', one.port);
  scene.write('good.yaml', 'good', one.port);
  scene.write('bad.yaml', 'bad', one.port, 'enforce: [nftabels]');
  scene.write('twin.yaml', 'good', one.port);
  await scene.run();
  await scene.until('good.yaml', isUp);
  const bad = await scene.until('bad.yaml', ({ state }) => state === 'refused');
  assert.match(bad.problems.join(), /not one of observe, nftables.*did you mean nftables/);
  const twin = await scene.until('twin.yaml', ({ state }) => state === 'refused');
  assert.match(
    twin.problems.join('\n'),
    /site: the site name good is that of .*good\.yaml already/,
  );
  assert.match(twin.problems.join('\n'), /store\.path: the folder .*state\/good/);
  const output = recorder();
  assert.equal(await command(['status', '--socket', scene.socket], output), 1);
  assert.match(output.written.out, /bad\.yaml: /);
  const checked = recorder();
  assert.equal(await command(['check', scene.sites], checked), 1);
  assert.match(checked.written.out, /1 of 3 policies/);

  scene.write('bad.yaml', 'mended', one.port);
  await scene.until('bad.yaml', isUp);
  rmSync(join(scene.sites, 'good.yaml'));
  await scene.until('twin.yaml', isUp);
  assert.deepEqual((await scene.report()).sites.length, 2);
});

test('of two files that want the same, the first by name has it, however long it takes to read', async (t) => {
  const one = await pbx(t);
  const scene = centralScene();
  t.after(() => scene.close());
  scene.write('_base.yaml', 'same', one.port);
  // What extends another file is read twice.
  writeFileSync(join(scene.sites, 'a.yaml'), 'extends: _base.yaml\n');
  scene.write('b.yaml', 'same', one.port);
  await scene.run();
  const second = await scene.until('b.yaml', ({ state }) => state !== 'starting');
  assert.match(second.problems.join(), /the site name same is that of .*a\.yaml already/);
  await scene.until('a.yaml', isUp);
});

test('a site that takes another name or store is started anew with it', async (t) => {
  const one = await pbx(t);
  const scene = centralScene();
  t.after(() => scene.close());
  scene.write('one.yaml', 'one', one.port);
  await scene.run();
  await scene.until('one.yaml', isUp);
  scene.write('one.yaml', 'other', one.port);
  await scene.until('one.yaml', (site) => site.site === 'other' && isUp(site));
  assert.ok(existsSync(join(scene.folder, 'run', 'other.sock')));
  assert.ok(!existsSync(join(scene.folder, 'run', 'one.sock')));
  scene.write('one.yaml', 'other', one.port, 'enforce: [nftabels]');
  const bad = await scene.until('one.yaml', ({ problems }) => problems.length > 0);
  assert.equal(bad.state, 'running', 'the policy before stays in force');
});

test('what cannot be started is tried again', async (t) => {
  const one = await pbx(t);
  const scene = centralScene();
  t.after(() => scene.close());
  const store = join(scene.folder, 'file');
  writeFileSync(store, '');
  scene.write('one.yaml', 'one', one.port, `store: { path: ${store} }`);
  await scene.run();
  const failed = await scene.until('one.yaml', ({ state }) => state === 'failed');
  assert.match(failed.problems.join(), /cannot/);
  rmSync(store);
  await scene.until('one.yaml', isUp);
});

test('figures of all sites, by the label site', async (t) => {
  const [one, two] = [await pbx(t), await pbx(t)];
  const port = 20_000 + (process.pid % 20_000);
  const scene = centralScene({ metrics: { host: '127.0.0.1', port } });
  t.after(() => scene.close());
  scene.write('one.yaml', 'one', one.port);
  scene.write('two.yaml', 'two', two.port);
  await scene.run();
  await scene.until('one.yaml', isUp);
  await scene.until('two.yaml', isUp);
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  assert.match(text, /^ghostgate_bans_active\{site="one".*\} 0$/m);
  assert.match(text, /^ghostgate_central_sites\{state="running"\} 2$/m);
  const types = text.split('\n').filter((line) => line.startsWith('# TYPE '));
  assert.equal(new Set(types).size, types.length, 'each metric is explained once');
});

test('a fault in one site starts that site anew, and no other notices', () => {
  const child = fromBuild('test', 'daemon', 'central', 'fault-child.js');
  const told = execFileSync('node', ['--enable-source-maps', child], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(told), { faults: [0, 1], connections: [1, 2], up: [true, true] });
});

async function pbx(t: TestContext): Promise<FakeAmi> {
  const ami = await startAmiServer();
  t.after(() => ami.stop());
  return ami;
}
