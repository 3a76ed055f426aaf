import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ban, whoAsks } from '../../src/cli/ban.ts';
import { unban } from '../../src/cli/unban.ts';
import { HOUR, NOW, fakeControl, served } from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

const by = whoAsks();

test('ban shuts out at once and says until when', async (context) => {
  const control = fakeControl();
  const socket = await served(context, control);
  const output = recorder();
  const args = ['203.0.113.9/28', '--for', '1d', '--because', 'dials at night', '--socket', socket];
  assert.equal(await ban(args, output, NOW), 0);
  assert.equal(output.written.out, '203.0.113.0/28 is shut out until 2026-03-02 14:05 (in 1d).\n');
  const request = { target: '203.0.113.0/28', seconds: 86_400, because: 'dials at night', by };
  assert.deepEqual(control.asked, [request]);

  const json = recorder();
  assert.equal(await ban([...args, '--json'], json, NOW), 0);
  assert.equal(JSON.parse(json.written.out).ban.target, '203.0.113.0/28');
});

test('unban takes several, and a grace begins', async (context) => {
  const control = fakeControl({
    async unban({ target }) {
      if (target === '192.0.2.7') return { refused: 'the store is broken', hint: 'restart' };
      return { released: target !== '192.0.2.8', graceUntil: NOW + HOUR };
    },
  });
  const socket = await served(context, control);
  const output = recorder();
  const targets = ['203.0.113.9', '192.0.2.7', '192.0.2.8', '2001:db8:1:2::5/64'];
  assert.equal(await unban([...targets, '--socket', socket], output, NOW), 1);
  assert.equal(
    output.written.out,
    `203.0.113.9 is let in again; no rule bans it before 2026-03-01 15:05 (in 1h).
192.0.2.8 was not shut out; no rule bans it before 2026-03-01 15:05 (in 1h).
2001:db8:1:2::/64 is let in again; no rule bans it before 2026-03-01 15:05 (in
1h).
`,
  );
  assert.equal(output.written.err, 'ghostgate: 192.0.2.7: the store is broken\nTry: restart\n');

  const json = recorder();
  assert.equal(await unban(['203.0.113.9', '--json', '--socket', socket], json, NOW), 0);
  assert.deepEqual(JSON.parse(json.written.out), [
    { target: '203.0.113.9', released: true, graceUntil: NOW + HOUR },
  ]);
});

test('unban tells why and who', async (context) => {
  const control = fakeControl();
  const socket = await served(context, control);
  await unban(['203.0.113.9', '--because', 'new office', '--socket', socket], recorder(), NOW);
  await unban(['203.0.113.9', '--socket', socket], recorder(), NOW);
  assert.deepEqual(control.asked, [
    { target: '203.0.113.9', because: 'new office', by },
    { target: '203.0.113.9', because: 'released by hand', by },
  ]);
});

test('what the daemon refuses is told with its hint', async (context) => {
  const refusal = { refused: '203.0.113.9 belongs to trunk gntel', hint: 'see trunks' };
  const socket = await served(context, fakeControl({ ban: async () => refusal }));
  const output = recorder();
  const args = ['203.0.113.9', '--for', '1d', '--because', 'x', '--socket', socket];
  assert.equal(await ban(args, output, NOW), 1);
  const wanted = 'ghostgate: 203.0.113.9 belongs to trunk gntel\nTry: see trunks\n';
  assert.deepEqual(output.written, { out: '', err: wanted });
});
