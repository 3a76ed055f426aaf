import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fleet } from '../../src/cli/fleet.ts';
import { startFleetPage } from '../../src/daemon/fleet-page.ts';
import { openOperator } from '../../src/fleet/operator.ts';
import { signingKey } from '../../src/fleet/nkey.ts';
import { userText, viewerRights } from '../../src/fleet/rights.ts';
import { loadFleetPage } from '../../src/policy/load-fleet-page.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { recorder } from '../cli/recorder.ts';
import { natsServer, newKeys, whyNoNats } from '../fleet/nats.ts';
import { openSite, until } from '../fleet/site.ts';
import { tempFolder } from '../store/temp.ts';

const QUIET = { info() {}, warn() {}, error() {} };

test(
  'a viewer’s key, a file, and the page shows the fleet; without its login it shows nothing',
  { skip: whyNoNats() ?? false },
  async (t) => {
    const folder = tempFolder(t);
    const said = recorder();
    const keyFile = join(folder, 'viewer.key');
    assert.equal(await fleet(['keys', keyFile, '--viewer'], said), 0);
    assert.match(said.written.out, /"ghostgate\.state\.\*"[^]*It may read alone/);
    const key = signingKey(readFileSync(keyFile, 'utf8').trim());
    assert.ok(key);
    const [operator, one] = [newKeys(), newKeys()];
    const user = userText(key.publicKey, viewerRights());
    const nats = await natsServer(folder, operator, { one }, '', [user]);
    await nats.start();
    t.after(() => nats.kill());
    const hand = await openOperator({ servers: [nats.url], caFile: undefined }, operator.key);
    t.after(() => hand.close());
    await hand.makeStreams();
    await hand.order({ order: 'site', site: 'one', key: one.key.publicKey });
    mkdirSync(join(folder, 'one'));
    const store = openStore(join(folder, 'one'), { now: Date.now });
    const site = openSite('one', one, operator, nats.url, store.fleet);
    t.after(async () => {
      await site.fleet.close();
      store.close();
    });

    const file = join(folder, 'page.yaml');
    writeFileSync(join(folder, 'token'), 'a-token-for-the-test');
    chmodSync(join(folder, 'token'), 0o600);
    writeFileSync(
      file,
      `fleet:
  servers: ['${nats.url}']
  credentials: { file: viewer.key }
  operator: ${operator.key.publicKey}
page:
  listen: 127.0.0.1:0
  tokens: [{ name: test, token: { file: token } }]
`,
    );
    const loaded = await loadFleetPage(file);
    assert.ok('page' in loaded, JSON.stringify(loaded));
    const page = await startFleetPage(loaded, '0.0.0', QUIET);
    t.after(() => page.close());
    await until('the site is heard', () => page.view().totals.ok === 1);
    const at = `http://127.0.0.1:${page.port ?? 0}`;
    assert.equal((await fetch(`${at}/api/fleet`)).status, 401);
    const headers = { authorization: 'Bearer a-token-for-the-test' };
    const answer = await fetch(`${at}/api/fleet/sites/one`, { headers });
    assert.match(await answer.text(), /"site":"one","state":"ok"/);
    assert.match(await (await fetch(at)).text(), /fleet\.js/);

    const taken = {
      ...loaded,
      page: { ...loaded.page, listen: { host: '127.0.0.1', port: page.port ?? 0 } },
    };
    await assert.rejects(startFleetPage(taken, '0.0.0', QUIET), /the port is taken/);
  },
);

test('a file with mistakes is told with their places, and nothing is served', async (t) => {
  const file = join(tempFolder(t), 'page.yaml');
  writeFileSync(file, 'page: { listen: 192.0.2.1:80 }\n');
  const said = recorder();
  assert.equal(await fleet(['page', file], said), 1);
  assert.match(said.written.err, /page\.yaml:1:7 page: nobody could log in/);
  assert.match(said.written.err, /fleet: is missing/);
  assert.equal(await fleet(['page'], recorder()), 2);
  assert.equal(await fleet(['keys', file, '--viewer', '--site', 'x'], recorder()), 2);
});
