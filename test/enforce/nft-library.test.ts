import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nftLibrary } from '../../src/enforce/nft-library.ts';

const NETNS = `gg-lib-${process.pid}`;

test('nft-library, nft-netlink: ban in the kernel from within this process', (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root for a network namespace');
  if (nftLibrary() === undefined) return t.skip('libnftables or koffi is not here');
  execFileSync('ip', ['netns', 'add', NETNS]);
  t.after(() => execFileSync('ip', ['netns', 'del', NETNS]));
  // The library acts on the namespace of its process, so the process has to be in one of its own.
  const child = fileURLToPath(new URL('nft-library-child.js', import.meta.url));
  const words = ['netns', 'exec', NETNS, process.execPath, child];
  const text = execFileSync('ip', words, { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(text), {
    held: ['198.51.100.7', '2001:db8:1:2::/64'],
    afterRelease: ['2001:db8:1:2::/64'],
    error: true,
    // New ones; one that is there already; no such table; the socket works on after a refusal.
    created: [true, false, false, true],
    afterNetlink: ['198.51.100.10', '198.51.100.9', '2001:db8:1:2::/64', '2001:db8:9::/64'],
  });
});
