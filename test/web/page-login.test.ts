import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeControl } from './fake-control.ts';
import { OWN, READER, USER, aPage, bearer, pageScene } from './page-scene.ts';

const BAN = { target: '203.0.113.9', seconds: 60, because: 'tests' };

test('a session is a strict cookie that ends with its time, its user or its password', async (t) => {
  const control = fakeControl();
  const scene = await pageScene(t, control);
  const login = await scene.ask('POST', '/api/login', { headers: OWN, body: USER });
  const [set = ''] = login.headers['set-cookie'] ?? [];
  assert.match(set, /^ghostgate=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; SameSite=Strict$/);
  const cookie = set.split(';', 1)[0] ?? '';
  const status = async () =>
    (await scene.ask('GET', '/api/status', { headers: { cookie } })).status;
  const start = scene.now;
  const users = scene.page.users;
  const rows: [string, () => void, number][] = [
    ['as it was', () => {}, 200],
    ['its last moment', () => (scene.now = start + 3_599_999), 200],
    ['over', () => (scene.now = start + 3_600_000), 401],
    ['gone for good', () => (scene.now = start), 401],
  ];
  for (const [what, change, wanted] of rows) {
    change();
    assert.equal(await status(), wanted, what);
  }
  for (const changed of [[], [{ name: 'anna', password: 'another password' }]]) {
    const another = await scene.cookie();
    scene.page = aPage({ users: changed });
    const answer = await scene.ask('GET', '/api/status', { headers: { cookie: another } });
    assert.equal(answer.status, 401);
    scene.page = aPage({ users });
  }
  const last = await scene.cookie();
  await scene.ask('POST', '/api/logout', { headers: { ...OWN, cookie: last } });
  assert.equal((await scene.ask('GET', '/api/status', { headers: { cookie: last } })).status, 401);
  const logout = { by: 'anna', door: 'page', from: '127.0.0.1', did: 'logout' };
  assert.deepEqual(control.trail.at(-1), logout);
});

test('an order of a session comes from our own page, or not at all', async (t) => {
  const control = fakeControl();
  const scene = await pageScene(t, control);
  const cookie = await scene.cookie();
  const own = `127.0.0.1:${scene.port}`;
  const rows: [Record<string, string>, number][] = [
    [{}, 403],
    [{ 'content-type': 'text/plain' }, 403],
    [{ 'x-ghostgate': '1' }, 200],
    [{ 'x-ghostgate': '1', origin: `http://${own}`, host: own }, 200],
    // Behind a proxy that speaks TLS the scheme is another one.
    [{ 'x-ghostgate': '1', origin: 'https://gate.acme.example', host: 'gate.acme.example' }, 200],
    [{ 'x-ghostgate': '1', origin: 'http://evil.example', host: own }, 403],
    [{ 'x-ghostgate': '1', origin: 'null', host: own }, 403],
    [{ 'x-ghostgate': '1', 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'x-ghostgate': '1', 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'x-ghostgate': '1', 'sec-fetch-site': 'same-site' }, 403],
  ];
  for (const [headers, wanted] of rows) {
    const answer = await scene.ask('POST', '/api/bans', {
      headers: { ...headers, cookie },
      body: BAN,
    });
    assert.equal(answer.status, wanted, JSON.stringify(headers));
    assert.equal(control.asked.splice(0).length, wanted === 200 ? 1 : 0);
  }
  for (const path of ['/api/login', '/api/logout']) {
    const answer = await scene.ask('POST', path, { body: USER });
    assert.equal(answer.status, 403, path);
  }
});

test('wrong passwords are bounded for each address, and a right one ends the count', async (t) => {
  const control = fakeControl();
  const scene = await pageScene(t, control);
  const wrong = { headers: OWN, body: { ...USER, password: 'wrong' } };
  const statuses = async (tries: number) => {
    const found: number[] = [];
    for (let at = 0; at < tries; at++)
      found.push((await scene.ask('POST', '/api/login', wrong)).status);
    return found;
  };
  assert.deepEqual(await statuses(7), Array(7).fill(401));
  assert.notEqual(await scene.cookie(), '');
  assert.deepEqual(await statuses(10), [...Array(8).fill(401), 429, 429]);
  const right = await scene.ask('POST', '/api/login', { headers: OWN, body: USER });
  assert.equal(right.status, 429);
  assert.equal(right.headers['retry-after'], '300');
  assert.equal((await scene.ask('GET', '/api/status', { headers: bearer(READER) })).status, 429);
  assert.deepEqual(control.trail, [
    { by: 'anna', door: 'page', from: '127.0.0.1', did: 'login' },
    {
      by: 'anna',
      door: 'page',
      from: '127.0.0.1',
      did: 'login refused',
      refused: 'wrong passwords: no more tries for some minutes',
    },
  ]);
  scene.now += 300_000;
  assert.notEqual(await scene.cookie(), '');
});

test('a login that is written wrongly is refused as such', async (t) => {
  const scene = await pageScene(t, fakeControl());
  const rows: [unknown, number][] = [
    [{ user: 'bert', password: USER.password }, 401],
    [{ user: '__proto__', password: USER.password }, 401],
    [{ user: '', password: '' }, 400],
    [{ user: 'anna' }, 400],
    [{ ...USER, more: 1 }, 400],
    [{ user: 'anna', password: 'x'.repeat(600) }, 400],
    [{ user: 'anna', password: 'x'.repeat(6000) }, 413],
    [null, 400],
  ];
  for (const [body, wanted] of rows) {
    const answer = await scene.ask('POST', '/api/login', { headers: OWN, body });
    assert.equal(answer.status, wanted, JSON.stringify(body));
    assert.equal(answer.headers['set-cookie'], undefined);
  }
});

test('only its own names are answered: no page elsewhere can use it by a name of its own', async (t) => {
  const scene = await pageScene(t, fakeControl());
  const rows: [string, number][] = [
    ['localhost', 200],
    [`127.0.0.1:${scene.port}`, 200],
    ['[::1]:9868', 200],
    ['192.0.2.1', 200],
    ['gate.acme.example', 200],
    ['GATE.acme.example:9868', 200],
    ['evil.example', 403],
    ['gate.acme.example.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
  ];
  for (const [host, wanted] of rows) {
    for (const path of ['/', '/api/status']) {
      const answer = await scene.ask('GET', path, { headers: { host, ...bearer(READER) } });
      assert.equal(answer.status, wanted, `${host} ${path}`);
    }
  }
});

test('with TLS the cookie is for this host and this scheme alone', async (t) => {
  const scene = await pageScene(t, fakeControl());
  scene.page = aPage({ tls: { cert: '/unread', key: '/unread' } });
  const login = await scene.ask('POST', '/api/login', { headers: OWN, body: USER });
  const [set = ''] = login.headers['set-cookie'] ?? [];
  assert.match(
    set,
    /^__Host-ghostgate=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  const cookie = set.split(';', 1)[0] ?? '';
  assert.equal((await scene.ask('GET', '/api/status', { headers: { cookie } })).status, 200);
});
