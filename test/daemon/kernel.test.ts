import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const NETNS = `gg-daemon-${process.pid}`;

test('from the first packet of a FreeSWITCH to the kernel: the call is killed, its source dropped', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root for a network namespace');
  try {
    execFileSync('nft', ['--version'], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'add', NETNS]);
  } catch {
    return t.skip('needs nft and ip');
  }
  t.after(() => execFileSync('ip', ['netns', 'del', NETNS]));
  execFileSync('ip', ['-n', NETNS, 'link', 'set', 'lo', 'up']);
  const child = fileURLToPath(new URL('kernel-child.js', import.meta.url));
  const words = ['netns', 'exec', NETNS, process.execPath, child];
  const { stdout } = await promisify(execFile)('ip', words, { timeout: 30_000 });
  assert.deepEqual(JSON.parse(stdout), { killed: 'CALL_REJECTED', held: true });
});
