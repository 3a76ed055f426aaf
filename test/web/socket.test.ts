import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ListenError } from '../../src/web/listen.ts';
import { serveControl } from '../../src/web/socket.ts';
import { tempFolder } from '../store/temp.ts';
import { exchange } from './exchange.ts';
import { fakeControl } from './fake-control.ts';

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('the socket is the owner’s alone whatever the umask, and gone afterwards', async (context) => {
  const folder = join(tempFolder(context), 'run', 'ghostgate');
  const path = join(folder, 'control.sock');
  const before = process.umask(0);
  const server = await serveControl(path, fakeControl());
  assert.equal(process.umask(before), 0, 'the umask is as it was');
  assert.deepEqual([mode(folder), mode(path)], ['700', '600']);
  await server.close();
  assert.equal(existsSync(path), false);
});

test('the socket of a dead daemon is replaced, that of a living one never', async (context) => {
  const path = join(tempFolder(context), 'control.sock');
  leaveStale(path);
  const server = await serveControl(path, fakeControl());
  context.after(() => server.close());
  await assert.rejects(serveControl(path, fakeControl()), {
    name: 'ListenError',
    message: `another ghostgate is running on ${path}`,
    hint: /systemctl stop ghostgate/,
  });
  const answer = await exchange({ socketPath: path, path: '/status' });
  assert.equal(answer.status, 200, 'the living one still answers');
});

test('what is no socket is left alone', async (context) => {
  const path = join(tempFolder(context), 'control.sock');
  writeFileSync(path, 'precious');
  await assert.rejects(serveControl(path, fakeControl()), /is there already and is no socket/);
  assert.equal(statSync(path).size, 8);
});

test('a path that cannot be used is told with what to do', async (context) => {
  const folder = tempFolder(context);
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'x'.repeat(100)));
  const rows: [string, RegExp, RegExp][] = [
    [
      join(folder, 'file', 'control.sock'),
      /^cannot open the control socket .*: E(EXIST|NOTDIR)/,
      /root/,
    ],
    [join(folder, 'x'.repeat(100), 'control.sock'), /too long/, /107 bytes/],
  ];
  for (const [path, message, hint] of rows) {
    await assert.rejects(serveControl(path, fakeControl()), (error: unknown) => {
      assert.ok(error instanceof ListenError);
      assert.match(error.message, message);
      assert.match(error.hint, hint);
      return true;
    });
  }
});

/** A process that dies leaves its socket file behind. */
function leaveStale(path: string): void {
  const script =
    "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
  spawnSync(process.execPath, ['-e', script, path]);
  assert.ok(statSync(path).isSocket(), 'the dead process left its socket');
}
