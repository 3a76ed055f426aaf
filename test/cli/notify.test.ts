import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notify } from '../../src/cli/notify.ts';
import type { NotifyControl } from '../../src/web/control-notify.ts';
import { MINUTE, NOW, fakeControl, served } from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

const CHAT = { name: 'chat', way: 'webhook, slack', on: ['rang'], waiting: 0, sent: 3, lost: 0 };

test('notify tells how the channels do, and tries them out', async (t) => {
  const asked: unknown[] = [];
  const channels = [
    { ...CHAT, lastSentAt: NOW - 5 * MINUTE },
    { ...CHAT, name: 'mail', way: 'smtp', waiting: 2, lost: 1, problem: 'it answered 503' },
  ];
  const answers: NotifyControl = {
    channels: () => channels,
    async test(name) {
      asked.push(name);
      if (name === 'nosuch') return { refused: 'no such channel', hint: 'ghostgate notify' };
      return [
        { name: 'chat', ok: true, said: '200 ok' },
        ...(name === undefined ? [{ name: 'mail', ok: false, said: 'ECONNREFUSED' }] : []),
      ];
    },
  };
  const socket = await served(t, fakeControl({ notify: answers }));
  const empty = await served(t, fakeControl());
  const rows: [args: string[], exit: number, wanted: RegExp][] = [
    [[], 1, /^chat: webhook, slack, on rang; 3 sent, the last 5m ago\nmail: .* does not arrive:/],
    [['test'], 1, /^chat: sent; it said: 200 ok\nmail: not sent: ECONNREFUSED\n$/],
    [['test', 'chat'], 0, /^chat: sent; it said: 200 ok\n$/],
    [['test', 'nosuch'], 1, /no such channel\nTry: ghostgate notify/],
    [['tset'], 2, /say test, or nothing\nTry: ghostgate notify --help/],
    [['--socket', empty], 0, /^The policy tells nobody/],
    [['test', '--socket', empty], 1, /^The policy tells nobody/],
    [['test', 'chat', '--json'], 0, /"said": "200 ok"/],
  ];
  for (const [args, exit, wanted] of rows) {
    const out = recorder();
    assert.equal(await notify(['--socket', socket, ...args], out, NOW), exit, args.join(' '));
    assert.match(out.written.out + out.written.err, wanted);
    for (const line of out.written.out.split('\n')) assert.ok(line.length <= 80, line);
  }
  assert.deepEqual(asked, [undefined, 'chat', 'nosuch', 'chat']);
});
