import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NotifyKind } from '../../src/policy/policy-notify.ts';
import { createGather } from '../../src/notify/gather.ts';
import { linesOf, titleOf } from '../../src/notify/message.ts';

const BOUNDS = { groupSeconds: 300, mostPerHour: 3 };
const MINUTE = 60_000;

test('the first message goes soon, the next gathers, an hour holds only so many', () => {
  const gather = createGather(BOUNDS);
  assert.equal(gather.dueAt(0), undefined);
  gather.add('link', 'lost', 0);
  assert.equal(gather.dueAt(0), 10_000);
  gather.add('link', 'up', 5000);
  assert.deepEqual(gather.take(10_000), [{ kind: 'link', count: 2, texts: ['lost', 'up'] }]);
  assert.equal(gather.dueAt(10_000), undefined);
  gather.add('notice', 'x', 20_000);
  assert.equal(gather.dueAt(20_000), 10_000 + 5 * MINUTE);
  gather.take(10_000 + 5 * MINUTE);
  gather.add('notice', 'y', 20 * MINUTE);
  gather.take(20 * MINUTE + 10_000);
  gather.add('notice', 'z', 30 * MINUTE);
  // Three went in the last hour: the oldest of them has to be an hour ago.
  assert.equal(gather.dueAt(30 * MINUTE), 10_000 + 60 * MINUTE);
});

test('bans alone wait for their digest, and go with what is loud', () => {
  const gather = createGather(BOUNDS);
  gather.add('ban', 'a', 0);
  assert.equal(gather.dueAt(0), 5 * MINUTE);
  gather.add('rang', 'b', MINUTE);
  assert.equal(gather.dueAt(MINUTE), MINUTE + 10_000);
});

test('a flood takes bounded room, and its texts are tidy', () => {
  const gather = createGather(BOUNDS);
  for (let at = 0; at < 100_000; at++) gather.add('ban', `${at} \u001B[31m${'x'.repeat(999)}`, at);
  assert.equal(gather.waiting, 100_000);
  const [item] = gather.take(0);
  assert.equal(item?.count, 100_000);
  assert.equal(item.texts.length, 10);
  for (const text of item.texts) assert.ok(text.length <= 300 && !text.includes('\u001B'));
});

const item = (kind: NotifyKind, count: number, ...texts: string[]) => ({ kind, count, texts });

test('a message says what it is about in its title, and what is left out in its lines', () => {
  const rows: [items: ReturnType<typeof item>[], lost: number, title: string, lines: string[]][] = [
    [[item('link', 1, 'it is lost')], 0, 'acme: it is lost', ['it is lost']],
    [
      [item('rang', 1, 'a phone rang'), item('ban', 12, 'b')],
      3,
      'acme: 1 ghost call rang, 12 sources shut out',
      [
        'a phone rang',
        'b',
        '… and 11 more of this kind',
        '3 earlier things could not be sent: ghostgate status, ghostgate watch',
      ],
    ],
  ];
  for (const [items, lost, title, lines] of rows) {
    const message = { site: 'acme', at: 0, items, lost };
    assert.equal(titleOf(message), title);
    assert.deepEqual(linesOf(message), lines);
  }
});
