import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { PagePolicy } from '../../src/policy/policy-page.ts';
import { servePage } from '../../src/web/page-server.ts';
import { tempFolder } from '../store/temp.ts';
import { exchange } from './exchange.ts';

const skip = hasOpenssl() ? false : 'no openssl to make certificates with';
const app = { fetch: () => new Response('here') };
const unasked = (error: unknown): void => assert.fail(String(error));
const LOOPBACK = { host: '127.0.0.1', port: 0 };

test('it listens on a unix socket that every user of the machine may knock at', async (t) => {
  const socket = join(tempFolder(t), 'sub', 'page.sock');
  const server = await servePage({ listen: { socket }, tls: undefined }, app, unasked);
  t.after(() => server.close());
  assert.equal((await exchange({ socketPath: socket, path: '/' })).text, 'here');
  assert.equal(statSync(socket).mode & 0o777, 0o666);
  const again = servePage({ listen: { socket }, tls: undefined }, app, unasked);
  await assert.rejects(again, /another ghostgate is running/);
});

test('it speaks TLS 1.2 and newer with the certificate of the policy', { skip }, async (t) => {
  const tls = certificate(tempFolder(t));
  const server = await servePage({ listen: LOOPBACK, tls }, app, unasked);
  t.after(() => server.close());
  assert.equal((await handshake(server.port)).protocol, 'TLSv1.3');
  await assert.rejects(handshake(server.port, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }));
  await assert.rejects(exchange({ port: server.port, path: '/' }), 'in clear text');
});

test(
  'a new certificate is taken up, a bad one is told and the one before stays',
  { skip },
  async (t) => {
    const folder = tempFolder(t);
    const tls = certificate(folder, 'first');
    const told: unknown[] = [];
    const server = await servePage({ listen: LOOPBACK, tls }, app, (error) => told.push(error), 10);
    t.after(() => server.close());
    assert.equal((await handshake(server.port)).name, 'first');
    certificate(folder, 'second');
    while ((await handshake(server.port)).name !== 'second') await wait(10);
    told.splice(0);
    writeFileSync(tls.cert, 'no certificate');
    while (told.length === 0) await wait(10);
    assert.equal((await handshake(server.port)).name, 'second');
  },
);

test('what it cannot be served with is told with what to do', { skip }, async (t) => {
  const folder = tempFolder(t);
  const good = certificate(folder);
  const file = join(folder, 'file');
  writeFileSync(file, 'no certificate');
  const taken = await servePage({ listen: LOOPBACK, tls: undefined }, app, unasked);
  t.after(() => taken.close());
  const rows: [Pick<PagePolicy, 'listen' | 'tls'>, RegExp][] = [
    [{ listen: { host: '127.0.0.1', port: taken.port ?? 0 }, tls: undefined }, /port is taken/],
    [{ listen: { socket: file }, tls: undefined }, /is there already and is no socket/],
    [{ listen: LOOPBACK, tls: { ...good, cert: file } }, /cannot serve the page with .*file/],
    [{ listen: LOOPBACK, tls: { ...good, key: '/nowhere' } }, /ENOENT/],
  ];
  for (const [page, wanted] of rows) {
    await assert.rejects(servePage(page, app, unasked), (error: Error & { hint: string }) => {
      assert.match(error.message, wanted);
      return error.hint.length > 0;
    });
  }
});

function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version']).status === 0;
}

function certificate(folder: string, name = 'localhost'): { cert: string; key: string } {
  const [cert, key] = [join(folder, 'page.crt'), join(folder, 'page.key')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-subj', `/CN=${name}`];
  const args = ['req', '-x509', '-nodes', '-days', '2', ...kind, '-keyout', key, '-out', cert];
  execFileSync('openssl', args, { stdio: 'ignore' });
  return { cert, key };
}

async function handshake(
  port = 0,
  versions: object = {},
): Promise<{ protocol: string; name: string }> {
  const agent = new Agent({ rejectUnauthorized: false, ...versions });
  return await new Promise((resolve, reject) => {
    const asked = get({ port, agent }, (response) => {
      response.resume();
      const socket = response.socket as TLSSocket;
      const name = String(socket.getPeerCertificate().subject.CN);
      resolve({ protocol: socket.getProtocol() ?? '', name });
      agent.destroy();
    });
    asked.on('error', reject);
  });
}
