import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { StatusReport } from '../../src/web/status-report.ts';
import { serveHttp } from '../../src/web/http.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { exchange } from './exchange.ts';
import { aReport, aTroubledReport } from './fake-control.ts';

const metrics = createMetrics();

async function served(context: TestContext, status: () => StatusReport): Promise<number> {
  const server = await serveHttp({ host: '127.0.0.1', port: 0 }, { metrics, status });
  context.after(() => server.close());
  return server.port;
}

test('metrics are scraped with the gauges of this moment', async (context) => {
  const port = await served(context, () => aReport());
  const answer = await exchange({ port, path: '/metrics' });
  assert.equal(answer.status, 200);
  assert.equal(answer.type, metrics.contentType);
  assert.match(answer.text, /^ghostgate_bans_active\{kind="jail"\} 984$/m);
});

test('healthz is 200 while links and enforcers work, else it says what is wrong', async (context) => {
  let report = aReport();
  const port = await served(context, () => report);
  const [link] = report.pbxs;
  assert.ok(link);
  const [enforcer] = report.enforcers;
  assert.ok(enforcer);
  const rows: [StatusReport, number, string[]][] = [
    [aReport(), 200, []],
    [aReport({ pbxs: [{ ...link, state: 'degraded', problem: 'x' }] }), 200, []],
    [aReport({ policy: { path: 'p', loadedAt: 0, error: 'bad' } }), 200, []],
    [aReport({ pbxs: [{ ...link, state: 'connecting' }] }), 503, ['PBX acme is connecting']],
    [aReport({ pbxs: [{ ...link, state: 'closed' }] }), 503, ['PBX acme is closed']],
    [
      aReport({ enforcers: [{ ...enforcer, state: 'failing', problem: 'no table' }] }),
      503,
      ['enforcer nftables is failing: no table'],
    ],
    [
      aTroubledReport(),
      503,
      [
        'PBX branch is refused: wrong secret',
        'enforcer fail2ban is failing: no socket at /run/fail2ban.sock',
      ],
    ],
  ];
  for (const [state, wanted, problems] of rows) {
    report = state;
    const answer = await exchange({ port, path: '/healthz' });
    assert.equal(answer.status, wanted);
    assert.deepEqual(JSON.parse(answer.text), { ok: wanted === 200, problems });
  }
});

test('only a loopback name may ask: a page cannot read it by a name of its own', async (context) => {
  const port = await served(context, () => aReport());
  const rows: [string, number][] = [
    ['localhost', 200],
    [`127.0.0.1:${port}`, 200],
    ['127.8.8.8', 200],
    ['[::1]:9090', 200],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example', 403],
    ['203.0.113.9', 403],
    ['[2001:db8::1]', 403],
  ];
  for (const [host, wanted] of rows) {
    const answer = await exchange({ port, path: '/healthz', headers: { host } });
    assert.equal(answer.status, wanted, host);
  }
  assert.equal((await exchange({ port, path: '/' })).status, 404);
  assert.equal((await exchange({ port, path: '/metrics', method: 'POST' })).status, 404);
});

test('a fault while scraping is an answer, not the end', async (context) => {
  const port = await served(context, () => {
    throw new Error('no report');
  });
  assert.equal((await exchange({ port, path: '/metrics' })).status, 500);
  assert.equal((await exchange({ port, path: '/healthz' })).status, 500);
});

test('a port that is taken and a host that is not loopback are told', async (context) => {
  const port = await served(context, () => aReport());
  const parts = { metrics, status: () => aReport() };
  await assert.rejects(serveHttp({ host: '127.0.0.1', port }, parts), {
    name: 'ListenError',
    message: `cannot serve metrics on 127.0.0.1:${port}: the port is taken`,
    hint: 'Choose another port in metrics.listen.',
  });
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com', '']) {
    await assert.rejects(serveHttp({ host, port: 0 }, parts), /is not a loopback address/, host);
  }
});
