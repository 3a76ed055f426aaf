import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENDPOINTS } from '../../src/web/endpoints.ts';
import { aBan, aPlan, aReport, aTroubledReport, fakeControl } from './fake-control.ts';
import { ACTOR, OWN, READER, bearer, pageScene } from './page-scene.ts';
import { aRow } from '../store/rows.ts';

const BAN = { target: '203.0.113.9', seconds: 60, because: 'tests' };

test('nobody gets an answer without a login or a token', async (t) => {
  const scene = await pageScene(t, fakeControl());
  const paths = ENDPOINTS.map(({ method, path }) => [method.toUpperCase(), `/api${path}`] as const);
  for (const [method, path] of [
    ...paths,
    ['GET', '/api/events'],
    ['GET', '/api/openapi.json'],
  ] as const) {
    const answer = await scene.ask(method, path, { headers: OWN });
    assert.equal(answer.status, 401, path);
    assert.equal(JSON.parse(answer.text).error, 'log in first');
  }
  const wrong: Record<string, string>[] = [
    bearer('wrong'),
    { authorization: `Basic ${Buffer.from('anna:correct horse battery').toString('base64')}` },
    { cookie: 'ghostgate=' },
    { cookie: `ghostgate=${'A'.repeat(43)}` },
  ];
  for (const headers of wrong) {
    assert.equal((await scene.ask('GET', '/api/status', { headers })).status, 401);
  }
});

test('what each endpoint answers is what its schema says', async (t) => {
  const story = {
    target: '203.0.113.9',
    address: '203.0.113.9',
    standing: ['3 calls'],
    verdicts: [aRow({ callingName: 'x', channel: 'c' })],
    bans: [{ ...aBan(), ended: { how: 'released' as const, at: 1, by: 'anna', because: 'b' } }],
    shutOut: { until: 1, rule: 'r', why: 'w', quarantine: true },
    graceUntil: 2,
  };
  const top = { kind: 'source', pbx: 'acme', name: '203.0.113.9', count: 4 } as const;
  const control = fakeControl({
    status: aTroubledReport,
    bans: () => [aBan()],
    verdicts: () => [aRow()],
    explain: () => story,
    explainCall: (call) => ({ call, verdicts: [aRow()], source: story }),
    audit: () => [{ at: 1, by: 'anna', door: 'page', from: '127.0.0.1', did: 'ban', target: 'x' }],
    history: () => ({
      since: 0,
      until: 10,
      stepMs: 1,
      countedSince: 0,
      counts: [{ at: 1, pbx: 'acme', measure: 'would-stop', rule: 'canary', count: 3 }],
      sources: [top],
      dialled: [{ ...top, kind: 'dialled', name: '011' }],
    }),
  });
  const scene = await pageScene(t, control);
  const bodies: Record<string, unknown> = {
    'post /bans': BAN,
    'delete /bans/{target}': { because: 'tests' },
    'post /lockdown/on': { confirmWithinSeconds: 60 },
  };
  for (const { method, path, answer } of ENDPOINTS) {
    const filled = path.replace('{target}', '203.0.113.9').replace('{address}', '203.0.113.9');
    const body = bodies[`${method} ${path}`];
    const asked = { headers: bearer(ACTOR), ...(body === undefined ? {} : { body }) };
    const given = await scene.ask(
      method.toUpperCase(),
      `/api${filled.replace('{call}', 'a').replace('{name}', 'blocklist')}`,
      asked,
    );
    assert.equal(given.status, 200, `${method} ${path}: ${given.text}`);
    const parsed = answer.safeParse(JSON.parse(given.text));
    assert.ok(parsed.success, `${method} ${path}: ${parsed.error?.message}`);
  }
});

test('who did what is kept with name, door and address, and what was refused too', async (t) => {
  const refusal = { refused: 'it belongs to trunk gntel', hint: 'take it out of the policy first' };
  const control = fakeControl({ ban: async () => refusal });
  const scene = await pageScene(t, control);
  const cookie = await scene.cookie();
  const page = { headers: { ...OWN, cookie } };
  const refused = await scene.ask('POST', '/api/bans', { ...page, body: BAN });
  assert.deepEqual(
    [refused.status, JSON.parse(refused.text)],
    [409, { error: refusal.refused, hint: refusal.hint }],
  );
  await scene.ask('DELETE', '/api/bans/203.0.113.9', { ...page, body: { because: 'office' } });
  await scene.ask('POST', '/api/reload', { headers: bearer(ACTOR) });
  await scene.ask('POST', '/api/lockdown/off', { headers: bearer(ACTOR) });
  const anna = { door: 'page', from: '127.0.0.1', by: 'anna' };
  const program = { door: 'token', from: '127.0.0.1', by: 'provisioning' };
  assert.deepEqual(control.trail, [
    { ...anna, did: 'login' },
    { ...anna, did: 'ban', target: '203.0.113.9', because: 'tests', refused: refusal.refused },
    { ...anna, did: 'unban', target: '203.0.113.9', because: 'office' },
    { ...program, did: 'reload' },
    { ...program, did: 'lockdown off' },
  ]);
});

test('a token that may only look does nothing', async (t) => {
  const control = fakeControl();
  const scene = await pageScene(t, control);
  for (const { method, path, may } of ENDPOINTS) {
    if (may === 'read') continue;
    const filled = `/api${path.replace('{target}', '203.0.113.9')}`;
    const answer = await scene.ask(method.toUpperCase(), filled, {
      headers: bearer(READER),
      body: BAN,
    });
    assert.equal(answer.status, 403, path);
  }
  assert.deepEqual([control.asked, control.trail], [[], []]);
});

test('every answer carries the policy that runs nothing but our own files', async (t) => {
  const scene = await pageScene(t, fakeControl());
  for (const path of ['/', '/page.js', '/page.css', '/icon.svg', '/api/status', '/nothing']) {
    const { headers } = await scene.ask('GET', path);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/, path);
    assert.match(policy, /frame-ancestors 'none'.*trusted-types 'none'$/, path);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
  }
  const first = await scene.ask('GET', '/page.js', { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(first.headers['content-encoding'], 'gzip');
  const again = { 'if-none-match': String(first.headers.etag) };
  assert.equal((await scene.ask('GET', '/page.js', { headers: again })).status, 304);
});

test('addresses and bodies are read as strictly as on the control socket', async (t) => {
  const control = fakeControl({
    lockdown: {
      ...fakeControl().lockdown,
      view: async () => ({ lockdown: aReport().lockdown, plan: aPlan() }),
    },
  });
  const scene = await pageScene(t, control);
  const rows: [string, string, unknown, number][] = [
    ['GET', '/api/explain/203.0.113.9%2F28', undefined, 200],
    ['GET', '/api/explain/..%2F..%2Fetc', undefined, 400],
    ['GET', `/api/explain/${'1'.repeat(5000)}`, undefined, 400],
    ['GET', '/api/explain-call/nobody', undefined, 404],
    ['GET', '/api/history?hours=2161', undefined, 400],
    ['GET', '/api/verdicts?limit=0', undefined, 400],
    ['POST', '/api/bans', { ...BAN, by: 'somebody else' }, 400],
    ['POST', '/api/bans', { ...BAN, target: 'localhost' }, 400],
    ['POST', '/api/bans', { ...BAN, because: 'x'.repeat(5000) }, 413],
    ['DELETE', '/api/bans/203.0.113.9', undefined, 400],
    ['PUT', '/api/bans', BAN, 404],
    ['GET', '/api/other', undefined, 404],
    ['GET', '/page.js/../../package.json', undefined, 404],
  ];
  for (const [method, path, body, wanted] of rows) {
    const asked = { headers: bearer(ACTOR), ...(body === undefined ? {} : { body }) };
    assert.equal((await scene.ask(method, path, asked)).status, wanted, `${method} ${path}`);
  }
  assert.deepEqual(control.asked, []);
});
