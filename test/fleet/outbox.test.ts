import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../src/fleet/answers.ts';
import { openEnvelope } from '../../src/fleet/envelope.ts';
import { takeMessage } from '../../src/fleet/inbox.ts';
import { LinkError } from '../../src/fleet/link-error.ts';
import type { Notice } from '../../src/fleet/notice.ts';
import { readMessage } from '../../src/fleet/notice.ts';
import { createOutbox } from '../../src/fleet/outbox.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { tempFolder } from '../store/temp.ts';
import { newKeys } from './nats.ts';

const NOW = 1_800_000_000_000;

const ban = (target: string, until = NOW + 1e6): Notice => {
  return { target, rule: 'flood', proof: 'proven', until };
};

test('what had no answer is told again under its number, alone, and what came after it next', async (t) => {
  const store = openStore(tempFolder(t), { now: () => NOW });
  t.after(() => store.close());
  let now = NOW;
  let answers = false;
  const sent: { number: number; after: number; targets: string[] }[] = [];
  const failures: string[] = [];
  const outbox = createOutbox({
    site: 'a',
    key: newKeys().key,
    memory: store.fleet,
    link: () => ({
      state: () => ({ state: 'up', since: 0 }),
      ask: (_, data) => {
        const envelope = openEnvelope(Buffer.from(data));
        const message = envelope === undefined ? undefined : readMessage(envelope);
        assert.ok(message);
        const { number, after, told } = message;
        sent.push({ number, after, targets: told.map(({ target }) => target) });
        if (!answers) throw new LinkError('no answer');
        return Promise.resolve(answerWith({ seq: sent.length }));
      },
    }),
    last: 7,
    now: () => now,
    failed: (why) => void failures.push(why),
  });
  outbox.tell(ban('192.0.2.1'));
  outbox.tell(ban('192.0.2.2', NOW + 10));
  await outbox.flush();
  // The second is over by then, and a third has come.
  now += 100;
  outbox.tell(ban('192.0.2.3'));
  await outbox.flush();
  answers = true;
  await outbox.flush();
  assert.equal(store.fleet.unsent, 0);
  assert.deepEqual(failures, ['no answer', 'no answer']);
  assert.deepEqual(sent.at(-2), { number: sent[0]?.number, after: 7, targets: ['192.0.2.1'] });
  assert.deepEqual(sent.at(-1), {
    number: now,
    after: sent[0]?.number,
    targets: ['192.0.2.3'],
  });
  assert.equal(new Set(sent.slice(0, -1).map(({ number }) => number)).size, 1);
});

test('a clock that was a day ahead once does not make all that is told afterwards one of the future', async (t) => {
  const store = openStore(tempFolder(t), { now: () => NOW });
  t.after(() => store.close());
  const { key } = newKeys();
  const taken: unknown[] = [];
  const outbox = createOutbox({
    site: 'a',
    key,
    memory: store.fleet,
    link: () => ({
      state: () => ({ state: 'up', since: 0 }),
      ask: (_, data) => {
        taken.push(takeMessage(Buffer.from(data), 'a', roll, NOW, false));
        return Promise.resolve(answerWith({ seq: 1 }));
      },
    }),
    last: NOW + 86_400_000,
    now: () => NOW,
    failed: (why) => assert.fail(why),
  });
  const roll = {
    members: new Map([['a', { site: 'a', key: key.publicKey, at: 1 }]]),
    heard: new Map([['a', NOW - 1000]]),
    freed: new Map(),
    allowAt: 0,
    rolloutAt: 0,
  };
  outbox.tell(ban('192.0.2.1'));
  await outbox.flush();
  const told = [ban('192.0.2.1')];
  assert.deepEqual(taken, [{ took: { site: 'a', number: NOW, after: 0, sentAt: NOW, told } }]);
});

function answerWith(value: unknown): Answer {
  const head = new Map<string, string>();
  return { data: Buffer.from(JSON.stringify(value)), status: 0, why: '', head };
}
