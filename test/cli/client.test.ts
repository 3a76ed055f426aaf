import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask } from '../../src/cli/client.ts';
import { status } from '../../src/cli/status.ts';
import { tempFolder } from '../store/temp.ts';
import { recorder } from './recorder.ts';

test('no daemon: what to do next, exit 3', async (context) => {
  const socket = join(tempFolder(context), 'control.sock');
  const output = recorder();
  assert.equal(await status(['--socket', socket], output), 3);
  assert.deepEqual(output.written, {
    out: '',
    err: `ghostgate: no daemon is running on ${socket}
Try: systemctl start ghostgate; or name its socket with --socket or GHOSTGATE_SOCKET
`,
  });
});

test('GHOSTGATE_SOCKET names the socket, --socket has the last word', async (context) => {
  const folder = tempFolder(context);
  const before = process.env['GHOSTGATE_SOCKET'];
  process.env['GHOSTGATE_SOCKET'] = join(folder, 'one');
  context.after(() => {
    if (before === undefined) delete process.env['GHOSTGATE_SOCKET'];
    else process.env['GHOSTGATE_SOCKET'] = before;
  });
  const [byEnvironment, byOption] = [recorder(), recorder()];
  await status([], byEnvironment);
  await status(['--socket', join(folder, 'two')], byOption);
  assert.ok(byEnvironment.written.err.includes(join(folder, 'one')));
  assert.ok(byOption.written.err.includes(join(folder, 'two')));
});

const strangers: [string, (socket: Socket) => void, RegExp][] = [
  [
    'another program',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'),
    /no ghostgate/,
  ],
  ['no HTTP', (socket) => socket.end('220 mail ready\r\n'), /cannot talk/],
  ['silence', (socket) => socket.destroy(), /cannot talk/],
  [
    'half an answer',
    (socket) =>
      socket.end('HTTP/1.1 200 OK\r\nghostgate-control: 1\r\ncontent-length: 99\r\n\r\n{'),
    /cannot talk/,
  ],
  [
    'no JSON',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nghostgate-control: 1\r\ncontent-length: 1\r\n\r\n<'),
    /cannot talk/,
  ],
];
for (const [name, answer, error] of strangers) {
  test(`what answers is no daemon: ${name}`, async (context) => {
    const path = join(tempFolder(context), 'control.sock');
    const server = createServer();
    server.on('connection', (socket) => {
      socket.removeAllListeners('data');
      socket.once('data', () => answer(socket));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    context.after(() => server.close());
    const reply = await ask(path, 'GET', '/status');
    assert.ok(!reply.ok);
    assert.equal(reply.exit, 3);
    assert.match(reply.error, error);
  });
}

test('--site names the socket that ghostgate central has for it', async () => {
  const output = recorder();
  assert.equal(await status(['--site', 'no-such-site'], output), 3);
  assert.match(
    output.written.err,
    /no site runs on \/run\/ghostgate-central\/no-such-site\.sock\nTry: ghostgate central status/,
  );
});
