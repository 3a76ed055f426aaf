import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createNotices } from '../../src/daemon/notices.ts';
import type { NoticeRow } from '../../src/judge/record.ts';
import { createMetrics } from '../../src/web/metrics.ts';

const open = (kept: NoticeRow[] = []) =>
  createNotices({
    log: pino({ level: 'silent' }),
    metrics: createMetrics(),
    store: { putNotice: (notice) => kept.push(notice) },
    telling: { tell: () => {} },
    now: () => 7,
  });

test('a text is told once; a newer one about the same takes its place; a settled one is gone', () => {
  const notices = open();
  notices.tell('one');
  notices.tell('one');
  notices.tell('seen 1 time', 'drift');
  notices.tell('two');
  notices.tell('seen 14 times', 'drift');
  assert.deepEqual(notices.list(), ['one', 'two', 'seen 14 times']);
  notices.settle('drift');
  assert.deepEqual(notices.list(), ['one', 'two']);
});

test('no more are kept than a person reads', () => {
  const notices = open();
  for (let at = 0; at < 300; at++) notices.tell(`notice ${at}`);
  assert.deepEqual([notices.list().length, notices.list().at(-1)], [100, 'notice 299']);
});
