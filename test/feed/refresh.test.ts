import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FeedError } from '../../src/feed/feed-error.ts';
import { refreshFeed } from '../../src/feed/refresh.ts';
import { createShelf } from '../../src/feed/shelf.ts';
import type { FeedPolicy } from '../../src/policy/policy-feeds.ts';
import { tempFolder } from '../store/temp.ts';
import { addresses, listServer, redirecting, saying } from './list-server.ts';

function feedOf(from: FeedPolicy['from'], changes: Partial<FeedPolicy> = {}): FeedPolicy {
  const rest = { format: undefined, column: undefined, everySeconds: 3600, maxEntries: 1000 };
  return { name: 'one', from, use: 'deny', ...rest, ...changes };
}

function refresher(folder: string, signal = AbortSignal.timeout(10_000)) {
  const shelf = createShelf(folder);
  const refresh = (feed: FeedPolicy, known = {}) =>
    refreshFeed(feed, { good: undefined, known, shelf, now: () => 5, signal });
  return { shelf, refresh };
}

test('a list is fetched once: an edition that is known is not sent again', async (t) => {
  const server = await listServer(t);
  const { shelf, refresh } = refresher(tempFolder(t));
  server.answer = (request, response) => {
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else saying('198.51.100.7\n203.0.113.9\n', { etag: '"1"' })(request, response);
  };
  const feed = feedOf({ url: server.url });
  const first = await refresh(feed);
  assert.ok(first.kind === 'good');
  assert.deepEqual(first.about.tags, { etag: '"1"' });
  const entries: string[] = [];
  await shelf.entries('one', 'good', (network) => entries.push(network));
  assert.deepEqual(entries, ['198.51.100.7', '203.0.113.9']);
  assert.deepEqual(await shelf.about('one', 'good'), first.about);
  assert.deepEqual(await refresh(feed, first.about.tags), { kind: 'unchanged' });
});

test('gzip is unpacked, as a file and as an encoding', async (t) => {
  const server = await listServer(t);
  const { refresh } = refresher(tempFolder(t));
  const packed = gzipSync(addresses(500));
  for (const headers of [{}, { 'content-encoding': 'gzip' }]) {
    server.answer = saying(packed, headers);
    const found = await refresh(feedOf({ url: server.url }));
    assert.ok(found.kind === 'good' && found.about.entries === 500);
  }
});

test('redirects are followed, three of them, on the web and never to a place without TLS', async (t) => {
  const server = await listServer(t);
  const { refresh } = refresher(tempFolder(t));
  let left = 3;
  server.answer = (request, response) =>
    (left-- > 0 ? redirecting('/next') : saying('198.51.100.7'))(request, response);
  assert.equal((await refresh(feedOf({ url: server.url }))).kind, 'good');
  for (const location of ['/loop', 'file:///etc/passwd', 'ftp://a/', 'http://u:p@127.0.0.1/']) {
    server.answer = redirecting(location);
    await assert.rejects(refresh(feedOf({ url: server.url })), /redirects/);
  }
});

test('what cannot be had or is too much is refused, and nothing is left on the shelf', async (t) => {
  const server = await listServer(t);
  const folder = tempFolder(t);
  const { refresh } = refresher(folder);
  const bomb = gzipSync(Buffer.alloc(34 * 1024 * 1024, '\n'));
  for (const [answer, message] of [
    [saying(addresses(1001)), /more than 1000 lines/],
    [saying(bomb), /larger than 33554432 bytes/],
    [saying(bomb, { 'content-encoding': 'gzip' }), /larger than 33554432 bytes/],
    [saying(Buffer.from([0x1f, 0x8b, 0, 0, 0, 0])), /one|header|127/],
    [(_: unknown, response: ServerResponse) => response.writeHead(503).end('no'), /answered 503/],
    [(_: unknown, response: ServerResponse) => response.destroy(), /127\.0\.0\.1/],
    [
      (_: unknown, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('198.51.100.7\n');
        setTimeout(() => response.destroy(), 20);
      },
      /127\.0\.0\.1/,
    ],
  ] as const) {
    server.answer = (request, response) => void answer(request, response);
    await assert.rejects(refresh(feedOf({ url: server.url })), (error) => {
      assert.ok(error instanceof FeedError, String(error));
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(readdirSync(folder), []);
  }
});

test('a server that never ends is left', async (t) => {
  const server = await listServer(t);
  const { refresh } = refresher(tempFolder(t), AbortSignal.timeout(200));
  server.answer = (_request, response) => void response.writeHead(200).write('198.51.100.7\n');
  await assert.rejects(refresh(feedOf({ url: server.url })), FeedError);
});

test('a file is a list as well; what is no file is refused at once', async (t) => {
  const folder = tempFolder(t);
  const { refresh } = refresher(join(folder, 'shelf'));
  const file = join(folder, 'own.csv');
  writeFileSync(file, 'address,why\n198.51.100.7,rude\n');
  const feed = feedOf({ file }, { column: 'address' });
  const first = await refresh(feed);
  assert.ok(first.kind === 'good' && first.about.entries === 1);
  assert.deepEqual(await refresh(feed, first.about.tags), { kind: 'unchanged' });
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  for (const wrong of ['pipe', 'shelf', 'absent']) {
    await assert.rejects(refresh(feedOf({ file: join(folder, wrong) })), FeedError);
  }
});
