import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepFeed } from '../../src/feed/kept-feed.ts';
import { createShelf } from '../../src/feed/shelf.ts';
import type { FeedPolicy } from '../../src/policy/policy-feeds.ts';
import { tempFolder } from '../store/temp.ts';
import { addresses, listServer, saying } from './list-server.ts';

const HOUR = 3_600_000;

test('a place is asked when it is time, sooner after trouble, and trouble is told once', async (t) => {
  const server = await listServer(t);
  const shelf = createShelf(tempFolder(t));
  const told: string[] = [];
  let now = 1_800_000_000_000;
  const feed: FeedPolicy = {
    name: 'one',
    from: { url: server.url },
    format: undefined,
    column: undefined,
    everySeconds: HOUR / 1000,
    use: 'deny',
    maxEntries: 1000,
  };
  const parts = {
    shelf,
    now: () => now,
    closing: AbortSignal.timeout(20_000),
    on: {
      held: (name: string) => void told.push(`held ${name}`),
      failed: (name: string, _why: string, inForce: boolean) =>
        void told.push(`failed ${name} ${inForce}`),
    },
  };
  const kept = keepFeed(feed, parts);
  server.answer = (_request, response) => void response.writeHead(500).end();
  assert.equal(await kept.look(now), false);
  assert.equal(await kept.look(now), false);
  now += 300_000;
  assert.equal(await kept.look(now), false);
  assert.equal(server.requests.length, 2);
  server.answer = saying(addresses(20));
  now += 300_000;
  assert.equal(await kept.look(now), true);
  assert.equal(kept.problem, undefined);
  assert.equal(await kept.look(now + HOUR - 1), false);
  assert.equal(server.requests.length, 3);
  server.answer = (_request, response) => void response.writeHead(500).end();
  now += HOUR;
  assert.equal(await kept.look(now), false);
  assert.equal(kept.good?.entries, 20);
  server.answer = saying(addresses(500));
  now += HOUR;
  assert.equal(await kept.look(now), false);
  assert.deepEqual(told, ['failed one false', 'failed one true', 'held one']);

  // A restart knows how old the list is, and does not ask again before its time.
  const again = keepFeed(feed, parts);
  await again.recall();
  assert.deepEqual([again.good?.entries, again.held?.entries], [20, 500]);
  const asked = server.requests.length;
  await again.look((again.good?.fetchedAt ?? 0) + HOUR - 1);
  assert.equal(server.requests.length, asked);
  await again.look(now, true);
  assert.equal(server.requests.length, asked + 1);
});
