import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetOpenApi } from '../../src/web/fleet-app.ts';
import { createBoard } from '../../src/web/fleet-board.ts';
import { fleetShape, siteShape } from '../../src/web/fleet-shapes.ts';
import { busyFleet } from '../browser/fleet-sites.ts';
import { fleetScene } from './fleet-scene.ts';
import { OWN, READER, USER, bearer } from './page-scene.ts';

test('nobody sees a thing before the login, and the files are its own', async (t) => {
  const scene = await fleetScene(t, busyFleet(3));
  for (const path of ['/api/fleet', '/api/you', '/api/fleet/sites/acme-hq', '/api/events']) {
    assert.equal((await scene.ask('GET', path)).status, 401, path);
  }
  for (const path of ['/', '/fleet.js', '/fleet.css', '/icon.svg']) {
    const answer = await scene.ask('GET', path);
    assert.equal(answer.status, 200, path);
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
  }
  assert.equal((await scene.ask('GET', '/page.js')).status, 404);
  assert.equal((await scene.ask('GET', '/', { headers: { host: 'evil.example' } })).status, 403);
});

test('a login is kept in the log, and its session sees the fleet', async (t) => {
  const scene = await fleetScene(t, busyFleet(3));
  const login = await scene.ask('POST', '/api/login', { headers: OWN, body: USER });
  const cookie = (login.headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? '';
  assert.deepEqual(scene.trail, [{ by: 'anna', door: 'page', from: '127.0.0.1', did: 'login' }]);
  const you = await scene.ask('GET', '/api/you', { headers: { cookie } });
  assert.deepEqual(JSON.parse(you.text), { by: 'anna' });
  const late = await scene.ask('POST', '/api/logout', { headers: { ...OWN, cookie } });
  assert.equal(late.status, 200);
  assert.equal((await scene.ask('GET', '/api/fleet', { headers: { cookie } })).status, 401);
});

test('the API answers in the shapes that its document names', async (t) => {
  const scene = await fleetScene(t, busyFleet(60));
  const ask = async (path: string) => await scene.ask('GET', path, { headers: bearer(READER) });
  const fleet = fleetShape.parse(JSON.parse((await ask('/api/fleet')).text));
  assert.equal(fleet.sites.length, 60);
  assert.ok((fleet.sites[0]?.rank ?? 0) >= (fleet.sites[1]?.rank ?? 0));
  const site = siteShape.parse(JSON.parse((await ask('/api/fleet/sites/acme-hq')).text));
  assert.equal(site.told.length, 40);
  assert.equal((await ask('/api/fleet/sites/nobody')).status, 404);
  const document: unknown = JSON.parse((await ask('/api/openapi.json')).text);
  assert.deepEqual(document, JSON.parse(JSON.stringify(fleetOpenApi('0.0.0'))));
  const text = JSON.stringify(document);
  for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(text.includes(`"${name}":{"type":"object"`), name);
  }
});

test('no order is taken through this page, whoever asks', async (t) => {
  const scene = await fleetScene(t, busyFleet(3));
  for (const path of ['/api/fleet', '/api/fleet/sites/acme-hq', '/api/bans', '/api/reload']) {
    for (const method of ['POST', 'DELETE', 'PUT']) {
      const answer = await scene.ask(method, path, { headers: bearer(READER), body: {} });
      assert.equal(answer.status, 404, `${method} ${path}`);
    }
  }
});

test('a stream begins with all sites', async (t) => {
  const scene = await fleetScene(t, busyFleet(30));
  const { body } = await fetch(`http://127.0.0.1:${scene.port}/api/events`, {
    headers: bearer(READER),
  });
  assert.ok(body);
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes('\n\n')) break;
  }
  const [name, data = ''] = text.split('\n');
  assert.equal(name, 'event: fleet');
  const told = JSON.parse(data.slice('data: '.length)) as { sites: unknown[]; head: object };
  assert.equal(told.sites.length, 30);
  assert.ok(!('sites' in told.head));
});

test('the board tells all at first, then what changed, and looks once a second', () => {
  let now = 0;
  let looks = 0;
  const fleet = busyFleet(5);
  const view = fleet.view();
  const rows = [...view.sites];
  const board = createBoard(
    () => {
      looks++;
      return { ...view, sites: rows };
    },
    () => now,
  );
  const first = board.since(0);
  assert.equal(read(first.json).length, 5);
  assert.equal(read(board.since(first.look).json).length, 0);
  assert.equal(looks, 1);
  now = 2000;
  const [row] = rows;
  assert.ok(row);
  rows[0] = { ...row, bans: 999 };
  const second = board.since(first.look);
  assert.deepEqual(
    read(second.json).map(({ site }) => site),
    [row.site],
  );
  assert.equal(looks, 2);
  assert.equal(read(board.since(0).json).length, 5);
});

function read(json: string): readonly { readonly site: string }[] {
  return (JSON.parse(json) as { sites: { site: string }[] }).sites;
}
