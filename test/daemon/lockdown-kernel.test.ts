import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../enforce/contract.ts';
import { namespace, run } from '../enforce/namespace.ts';
import { tempFolder } from '../store/temp.ts';

test('an unconfirmed lockdown is undone by the kernel, its daemon killed', async (t) => {
  const own = namespace('nft');
  if (typeof own === 'string') return t.skip(own);
  t.after(() => own.remove());
  const child = fileURLToPath(new URL('lockdown-child.js', import.meta.url));
  const [program, ...words] = [...own.inside, process.execPath, child];
  const env = { ...process.env, TMPDIR: tempFolder(t) };
  const daemon = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(daemon, 'exit');
  t.after(() => daemon.kill('SIGKILL'));
  const lines = createInterface({ input: daemon.stdout });
  const [line]: string[] = await once(lines, 'line');
  const from = performance.now();
  const told: { code: number; said: string[] } = JSON.parse(line ?? '');
  assert.equal(told.code, 0, told.said.join('\n'));

  daemon.kill('SIGKILL');
  await gone;
  const list = (what: string, name: string): string =>
    run([...own.inside, 'nft', 'list', what, 'inet', 'ghostgate', name]);
  assert.match(list('set', 'lockdown'), /ipv4 .*ipv6 /s);
  assert.match(list('set', 'open4'), /198\.18\.12\.1/);
  assert.match(list('chain', 'closed'), /drop/);
  await eventually(() => !list('set', 'lockdown').includes('elements'));
  const afterMs = performance.now() - from;
  assert.ok(afterMs > 2_000 && afterMs < 4_500, `after ${afterMs} ms`);
});

test('a confirmed lockdown moves with its table, and ends with mode observe', async (t) => {
  const own = namespace('nft');
  if (typeof own === 'string') return t.skip(own);
  t.after(() => own.remove());
  const child = fileURLToPath(new URL('lockdown-policy-child.js', import.meta.url));
  const [program, ...words] = [...own.inside, process.execPath, child];
  const { stdout } = await promisify(execFile)(program, words, { timeout: 40_000 });
  assert.deepEqual(JSON.parse(stdout), { renamed: true, before: false, observed: true });
});
