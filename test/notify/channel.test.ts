import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NotifyPolicy } from '../../src/policy/policy-notify.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { until } from '../store/temp.ts';
import { webReceiver } from './receivers.ts';

function channel(url: string, parts: Partial<NotifyPolicy> = {}): NotifyPolicy {
  const bounds = { groupSeconds: 0.05, mostPerHour: 100 };
  const way = { kind: 'webhook', url, format: 'json', secret: undefined } as const;
  return { name: 'chat', on: ['link', 'ban'], ...bounds, ...way, ...parts } as NotifyPolicy;
}

function textsOf(body: string): string {
  return (JSON.parse(body) as { text: string }).text;
}

test('what happens is told in groups, to who asked for it; a slow receiver holds nobody up', async (t) => {
  const { url, posted } = await webReceiver(t, (_, nth) => (nth === 1 ? 'never' : { status: 200 }));
  const other = await webReceiver(t, () => ({ status: 200 }));
  const notifier = createNotifier({ site: 'acme', now: Date.now, failed() {}, recovered() {} });
  t.after(() => notifier.close());
  const quiet = channel(other.url, { name: 'quiet', on: ['canary'] });
  const mail = channel(other.url, { name: 'other' });
  notifier.policy({ notify: [channel(url), quiet, mail] });
  notifier.tell('link', 'lost');
  notifier.tell('notice', 'nobody asked');
  await until('the first is on its way', () => posted.length === 1);
  const began = performance.now();
  for (let at = 0; at < 50_000; at++) notifier.tell('ban', `ban ${at}`);
  assert.ok(performance.now() - began < 2000);
  await until('the other channel told all', () => other.posted.length >= 2);
  assert.equal(textsOf(other.posted[0]?.body ?? ''), 'lost');
  assert.match(textsOf(other.posted[1]?.body ?? ''), /^ban 0\n[^]*… and 49990 more of this kind$/);
  const [first, second] = notifier.status();
  assert.equal(posted.length, 1);
  assert.deepEqual([first?.waiting, first?.sent], [50_001, 0]);
  assert.deepEqual([second?.waiting, second?.sent], [0, 0]);
});

test('what was not taken is tried again, told as a problem, and arrives', async (t) => {
  let now = Date.now();
  const { url, posted } = await webReceiver(t, (_, nth) => ({ status: nth <= 3 ? 503 : 200 }));
  const told: string[] = [];
  const notifier = createNotifier({
    site: 'acme',
    // Each look at the clock is a minute later: the pauses pass at once.
    now: () => (now += 60_000),
    failed: (name, why) => told.push(`${name}: ${why}`),
    recovered: (name) => told.push(`${name} again`),
  });
  t.after(() => notifier.close());
  notifier.policy({ notify: [channel(url)] });
  notifier.tell('link', 'lost');
  await until('it arrived', () => told.length === 2);
  assert.deepEqual(told, ['chat: it answered 503 ok', 'chat again']);
  assert.equal(posted.length, 4);
  assert.equal(new Set(posted.map(({ body }) => body)).size, 1);
  const [status] = notifier.status();
  assert.deepEqual([status?.sent, status?.lost, status?.problem], [1, 0, undefined]);
});

test('old news are given up on, and the next message says how many', async (t) => {
  let now = Date.now();
  let status = 503;
  const { url, posted } = await webReceiver(t, () => ({ status }));
  const notifier = createNotifier({
    site: 'acme',
    now: () => (now += 4 * 3_600_000),
    failed() {},
    recovered() {},
  });
  t.after(() => notifier.close());
  notifier.policy({ notify: [channel(url)] });
  notifier.tell('link', 'lost');
  await until('it is given up', () => notifier.status()[0]?.lost === 1);
  status = 200;
  notifier.tell('link', 'up');
  await until('the next arrived', () => notifier.status()[0]?.sent === 1);
  assert.match(textsOf(posted.at(-1)?.body ?? ''), /^up\n1 earlier things could not be sent/);
});

test('a channel that stays keeps what waits; a test says what came back', async (t) => {
  const { url, posted } = await webReceiver(t, () => ({ status: 200 }));
  const notifier = createNotifier({ site: 'acme', now: Date.now, failed() {}, recovered() {} });
  t.after(() => notifier.close());
  const kept = channel(url, { groupSeconds: 60 });
  const gone = channel('http://127.0.0.1:1/', { name: 'gone' });
  notifier.policy({ notify: [kept, gone] });
  notifier.tell('ban', 'x');
  notifier.policy({ notify: [{ ...kept }, { ...gone, on: ['link'] }] });
  assert.deepEqual(
    notifier.status().map(({ waiting }) => waiting),
    [1, 0],
  );
  const tried = await notifier.test();
  assert.deepEqual(
    tried.map(({ name, ok }) => [name, ok]),
    [
      ['chat', true],
      ['gone', false],
    ],
  );
  assert.match(tried[1]?.said ?? '', /ECONNREFUSED|bad port/);
  assert.match(textsOf(posted[0]?.body ?? ''), /this is a test of ghostgate/);
  assert.deepEqual(await notifier.test('nosuch'), []);
});
