import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Guarded } from '../../src/feed/cut.ts';
import { createFeeds } from '../../src/feed/feeds.ts';
import { createShelf } from '../../src/feed/shelf.ts';
import type { Listings } from '../../src/judge/listings.ts';
import type { FeedPolicy } from '../../src/policy/policy-feeds.ts';
import { tempFolder, until } from '../store/temp.ts';
import { addresses } from './list-server.ts';

function scene(t: TestContext, folder: string, guarded: Guarded = []) {
  const told: { listings: Listings | undefined; notices: string[]; settled: string[] } = {
    listings: undefined,
    notices: [],
    settled: [],
  };
  const feeds = createFeeds({
    shelf: createShelf(join(folder, 'feeds')),
    now: Date.now,
    guarded: () => guarded,
    on: {
      changed: (listings) => (told.listings = listings),
      notice: (text) => void told.notices.push(text),
      settled: (about) => void told.settled.push(about),
    },
  });
  t.after(() => feeds.close());
  return { feeds, told };
}

function feedOf(name: string, file: string, use: FeedPolicy['use'] = 'deny'): FeedPolicy {
  const rest = { format: undefined, column: undefined, everySeconds: 3600, maxEntries: 10_000 };
  return { name, from: { file }, use, ...rest };
}

test('a list is in force, holds back what is suspicious, and takes it on a person’s word', async (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'list.txt');
  writeFileSync(file, addresses(50));
  const { feeds, told } = scene(t, folder);
  await feeds.policy({ feeds: [feedOf('one', file)], geo: undefined });
  await until('it is read', () => feeds.report().feeds[0]?.entries === 50);
  assert.equal(told.listings?.denies('45.0.0.49'), 'is listed in feed one');
  assert.equal(told.listings?.denies('45.0.0.50'), undefined);
  assert.equal(told.listings?.suspects('45.0.0.49'), undefined);

  writeFileSync(file, addresses(5000));
  await feeds.refresh('one');
  const [held] = feeds.report().feeds;
  assert.equal(held?.state, 'held');
  assert.equal(held.entries, 50);
  assert.deepEqual(told.notices, [
    'feed one is held back: it has 5000 entries, where 50 were. If that is right: ghostgate feeds accept one',
  ]);
  assert.equal(told.listings?.denies('45.0.0.50'), undefined);
  // Asked again, it is held as before and nothing is told twice.
  await feeds.refresh();
  assert.equal(told.notices.length, 1);

  // Over a restart as well.
  feeds.close();
  const again = scene(t, folder);
  await again.feeds.policy({ feeds: [feedOf('one', file)], geo: undefined });
  assert.equal(again.feeds.report().feeds[0]?.state, 'held');
  assert.equal(again.told.listings?.denies('45.0.0.50'), undefined);
  assert.equal(await again.feeds.accept('other'), undefined);
  const settled = again.told.settled.length;
  assert.equal(await again.feeds.accept('one'), 5000);
  assert.deepEqual(again.told.settled.slice(settled), ['feed one']);
  assert.equal(again.told.listings?.denies('45.0.0.50'), 'is listed in feed one');
  assert.equal(await again.feeds.accept('one'), false);
  writeFileSync(file, '');
  await again.feeds.refresh('one');
  assert.match(again.told.notices.at(-1) ?? '', /it is empty, where 5000 entries were/);
  assert.equal(again.feeds.report().feeds[0]?.entries, 5000);
});

test('the last good list is in force before its place is asked, and when it is gone', async (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'list.txt');
  writeFileSync(file, addresses(20));
  const first = scene(t, folder);
  await first.feeds.policy({ feeds: [feedOf('one', file)], geo: undefined });
  await first.feeds.refresh();
  first.feeds.close();

  const second = scene(t, folder);
  await second.feeds.policy({
    feeds: [feedOf('one', join(folder, 'gone.txt')), feedOf('two', file)],
    geo: undefined,
  });
  // Another place is another list.
  assert.equal(second.told.listings?.denies('45.0.0.1'), undefined);
  second.feeds.close();

  const third = scene(t, folder);
  writeFileSync(file, 'nothing of an address\n');
  await third.feeds.policy({ feeds: [feedOf('one', file)], geo: undefined });
  assert.equal(third.told.listings?.denies('45.0.0.1'), 'is listed in feed one');
  await third.feeds.refresh();
  assert.equal(third.told.listings?.denies('45.0.0.1'), 'is listed in feed one');
  third.feeds.close();

  // What was cut off on the disk is not taken for a list.
  truncateSync(join(folder, 'feeds', 'one.good'), 100);
  const fourth = scene(t, folder);
  await fourth.feeds.policy({ feeds: [feedOf('one', join(folder, 'list.txt'))], geo: undefined });
  assert.equal(fourth.told.listings?.denies('45.0.0.1'), undefined);
});

test('entries that would cover the known are left out and told; denying wins over evidence', async (t) => {
  const folder = tempFolder(t);
  const deny = join(folder, 'deny.txt');
  const evidence = join(folder, 'evidence.txt');
  writeFileSync(deny, '198.51.0.0/16\n203.0.113.0/24\n203.0.112.0/24\n127.0.0.1\n');
  writeFileSync(evidence, '198.51.100.7\n192.0.2.0/24\n');
  const { feeds, told } = scene(t, folder, [['203.0.113.5', 'trunk gntel']]);
  const policy = {
    feeds: [feedOf('bad', deny), feedOf('rumours', evidence, 'evidence')],
    geo: undefined,
  };
  await feeds.policy(policy);
  await feeds.refresh();
  const { denies, suspects } = told.listings ?? assert.fail();
  assert.deepEqual(
    ['203.0.113.5', '203.0.113.6', '203.0.112.6', '127.0.0.1'].map((one) => denies(one)),
    [undefined, undefined, 'is listed in feed bad', undefined],
  );
  assert.equal(denies('198.51.100.7'), 'is listed in feed bad');
  assert.equal(suspects('198.51.100.7'), 'is listed in feed rumours');
  assert.equal(suspects('192.0.2.255'), 'is listed in feed rumours');
  const [report] = feeds.report().feeds;
  assert.deepEqual([report?.entries, report?.cut], [2, 2]);
  assert.ok(
    told.notices.includes(
      'feed bad: 203.0.113.0/24 (trunk gntel) and 1 more left out: no list may cover it',
    ),
  );
  await feeds.policy({ feeds: [], geo: undefined });
  assert.equal(told.listings, undefined);
});
