import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import type { LiveEvent } from '../../src/web/live-event.ts';
import { aRow } from '../store/rows.ts';
import { until } from '../store/temp.ts';
import { aBan, fakeControl } from './fake-control.ts';
import { READER, aPage, bearer, pageScene } from './page-scene.ts';

type Listener = (event: LiveEvent) => void;

test('what happens now is streamed, and who leaves is forgotten', async (t) => {
  const followers = new Set<Listener>();
  const control = fakeControl({
    follow(listener) {
      followers.add(listener);
      return () => followers.delete(listener);
    },
  });
  const scene = await pageScene(t, control);
  const { stream, text } = await follow(scene.port);
  await until('the status came', () => text().includes('event: status\ndata: {'));
  assert.equal(followers.size, 1);
  const hostile = aRow({ callingNumber: '\n\nevent: ban\ndata: {}\n\n' });
  for (const follower of followers) {
    follower({ kind: 'verdicts', verdicts: [hostile], skipped: 3 });
    follower({ kind: 'ban', ban: aBan() });
    follower({ kind: 'released', target: '203.0.113.9' });
  }
  await until('the release came', () => text().includes('event: released'));
  const events = text()
    .trim()
    .split('\n\n')
    .map((event) => event.split('\n'));
  assert.deepEqual(
    events.map(([name]) => name),
    ['event: status', 'event: verdicts', 'event: ban', 'event: released'],
  );
  // JSON has no line end of its own: a sender's text cannot begin an event.
  assert.deepEqual(
    events.map(({ length }) => length),
    [2, 2, 2, 2],
  );
  assert.deepEqual(JSON.parse(events[1]?.[1]?.slice('data: '.length) ?? ''), {
    kind: 'verdicts',
    verdicts: [hostile],
    skipped: 3,
  });
  stream.destroy();
  await until('it is forgotten', () => followers.size === 0);
});

test('a stream ends with its login, and a HEAD begins none', async (t) => {
  const followers = new Set<Listener>();
  const control = fakeControl({
    follow(listener) {
      followers.add(listener);
      return () => followers.delete(listener);
    },
  });
  const scene = await pageScene(t, control);
  for (let at = 0; at < 30; at++) {
    const head = await scene.ask('HEAD', '/api/events', { headers: bearer(READER) });
    assert.equal(head.status, 200);
  }
  assert.equal(followers.size, 0);
  const { stream, text } = await follow(scene.port);
  await until('the status came', () => text().includes('event: status'));
  scene.page = aPage({ tokens: [] });
  await until('it ends', () => stream.readableEnded);
  assert.equal(followers.size, 0);
});

test('streams are bounded, and one that ends makes room', async (t) => {
  const scene = await pageScene(t, fakeControl());
  const streams: IncomingMessage[] = [];
  for (let at = 0; at < 24; at++) streams.push((await follow(scene.port)).stream);
  const refused = await scene.ask('GET', '/api/events', { headers: bearer(READER) });
  assert.equal(refused.status, 503);
  for (const stream of streams) stream.destroy();
  for (let tries = 0; ; tries++) {
    const { stream } = await follow(scene.port);
    stream.destroy();
    if (stream.statusCode === 200) break;
    assert.ok(tries < 500);
  }
});

async function follow(port: number): Promise<{ stream: IncomingMessage; text: () => string }> {
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = bearer(READER);
    request({ port, path: '/api/events', headers, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
  let text = '';
  stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  stream.on('error', () => {});
  return { stream, text: () => text };
}
