import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AuditEntry } from '../../src/judge/audit.ts';
import type { History } from '../../src/judge/history.ts';
import { fromRoot } from '../root.ts';
import { exchange } from '../web/exchange.ts';
import type { Scene } from './scene.ts';
import { openScene } from './scene.ts';

const TOKEN = 'token-of-the-daemon-test';
const GHOST = 'PJSIP/anonymous-00001faf';
const SCANNER = '198.18.11.31';

test('a ghost call is counted, its source let in again by the API, and who did it is kept', async (t) => {
  const scene = await pagedScene(t);
  playGhostCall(scene);
  await scene.logged((line) => line['event'] === 'ban');
  await scene.logged((line) => String(line['msg']).startsWith('a rejected call had already'));
  const history = await asked<History>(scene, 'GET', '/api/history?hours=1');
  const counted = Object.fromEntries(
    history.counts.map(({ measure, pbx, rule, count }) => [measure, [pbx, rule, count]]),
  );
  assert.deepEqual(counted['stopped'], ['pbx1', 'junk-caller-id', 1]);
  assert.deepEqual(counted['rang'], ['pbx1', 'junk-caller-id', 1]);
  assert.deepEqual(counted['shut-out'], ['pbx1', 'junk-caller-id', 1]);
  assert.deepEqual(
    history.sources.map(({ name, count }) => [name, count]),
    [[SCANNER, 1]],
  );
  assert.equal(history.dialled.length, 1);

  const freed = await asked<{ released: boolean }>(scene, 'DELETE', `/api/bans/${SCANNER}`, {
    because: 'a test',
  });
  assert.equal(freed.released, true);
  const { audit } = await asked<{ audit: AuditEntry[] }>(scene, 'GET', '/api/audit');
  assert.deepEqual(
    audit.map(({ by, door, did, target, because }) => [by, door, did, target, because]),
    [['tests', 'token', 'unban', SCANNER, 'a test']],
  );
});

test('the page follows the policy: it moves, and goes when its block goes', async (t) => {
  const scene = await pagedScene(t);
  const status = async () => (await ask(scene, 'GET', '/api/status')).status;
  assert.equal(await status(), 200);
  scene.writePolicy(`${BASE}${page(scene, 'another-token-of-the-test')}`);
  scene.daemon.reload();
  await until(async () => (await status()) === 401);
  scene.writePolicy(BASE);
  scene.daemon.reload();
  await until(async () => (await status().catch(() => 0)) === 0);
});

test('a page whose place is taken is told on status, and no more once it is served', async (t) => {
  const scene = await openScene(t, BASE);
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : 0;
  scene.writePolicy(`${BASE}${page(scene).replace(/listen: .*/, `listen: 127.0.0.1:${port}`)}`);
  scene.daemon.reload();
  const told = await scene.logged((line) => String(line['notice']).startsWith('the page is not'));
  assert.match(String(told['notice']), /127\.0\.0\.1:\d+: the port is taken/);
  scene.writePolicy(`${BASE}${page(scene)}`);
  scene.daemon.reload();
  await scene.logged((line) => line['msg'] === 'the page is served');
  const { notices } = await asked<{ notices: string[] }>(scene, 'GET', '/api/status');
  assert.deepEqual(notices, []);
});

const BASE = 'mode: enforce\nenforce: [observe]\n';

function page({ folder }: Pick<Scene, 'folder'>, token = TOKEN): string {
  process.env['PAGE_TOKEN'] = token;
  return `page:
  listen: ${join(folder, 'page.sock')}
  tokens: [{ name: tests, token: { env: PAGE_TOKEN }, may: act }]
`;
}

async function pagedScene(t: Parameters<typeof openScene>[0]): Promise<Scene> {
  const scene = await openScene(t, BASE);
  scene.writePolicy(`${BASE}${page(scene)}`);
  scene.daemon.reload();
  await scene.logged((line) => line['msg'] === 'the page is served');
  return scene;
}

async function ask({ folder }: Scene, method: string, path: string, body?: unknown) {
  const sent = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    host: 'localhost',
    authorization: `Bearer ${TOKEN}`,
    'content-length': Buffer.byteLength(sent),
  };
  return await exchange({ socketPath: join(folder, 'page.sock'), method, path, headers }, sent);
}

async function asked<Body>(...question: Parameters<typeof ask>): Promise<Body> {
  const answer = await ask(...question);
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text) as Body;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 500; left > 0; left--) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('waited in vain');
}

function playGhostCall({ pbx }: Scene): void {
  const capture = 'test/captures/asterisk/22-pjsip-ghost-from-100.ami.txt';
  pbx.channels.set(
    GHOST,
    new Map([
      ['CHANNEL(pjsip,remote_addr)', `${SCANNER}:52180`],
      ['CHANNEL(endpoint)', 'anonymous'],
      ['PJSIP_HEADER(read,User-Agent)', 'friendly-scanner'],
    ]),
  );
  pbx.play(readFileSync(fromRoot(capture)));
}
