import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { fromBuild } from '../lab/daemon.ts';
import { fromRoot } from '../root.ts';

/** Runs a tool; undefined, with the test skipped, where it is not installed. */
function tool(t: TestContext, input: string, name: string, ...args: readonly string[]) {
  const { error, status, stdout, stderr } = spawnSync(name, args, { input, encoding: 'utf8' });
  if (error !== undefined) {
    t.skip(`${name} is not here`);
    return undefined;
  }
  return { status, told: `${stdout}${stderr}` };
}

const UNIT = fromRoot('packaging', 'deb', 'ghostgate.service');

test('the unit is understood, and exposes little', (t) => {
  const version = tool(t, '', 'systemd-analyze', '--version');
  const year = Number(/^systemd (\d+)/.exec(version?.told ?? '')?.[1] ?? 0);
  // --offline came with 250.
  if (year < 250) return t.skip('no systemd-analyze of this time is here');
  const words = ['security', '--offline=true', '--no-pager', '--threshold=30', UNIT];
  const checked = tool(t, '', 'systemd-analyze', ...words);
  assert.equal(checked?.status, 0, checked?.told);
});

test('the scripts of the package are understood by sh, the others by bash', (t) => {
  for (const name of ['postinst', 'prerm', 'postrm', 'ghostgate']) {
    const checked = tool(t, '', 'sh', '-n', fromRoot('packaging', 'deb', name));
    assert.equal(checked?.status, 0, `${name}: ${checked?.told}`);
  }
  for (const path of ['packaging/deb/build', 'test/lab/run-package', 'test/lab/boot-systemd']) {
    const checked = tool(t, '', 'bash', '-n', fromRoot(path));
    assert.equal(checked?.status, 0, `${path}: ${checked?.told}`);
  }
});

test('no upgrade, removal or purge but the last touches policy and bans', () => {
  for (const name of ['postinst', 'prerm', 'postrm']) {
    const text = readFileSync(fromRoot('packaging', 'deb', name), 'utf8');
    const [kept = ''] = text.split('\npurge)', 1);
    assert.doesNotMatch(kept, /\brm\b|deluser|nft delete/, name);
  }
});

test('the manual page has no warning', (t) => {
  const page = spawnSync(process.execPath, [fromBuild('src', 'main.js'), 'man'], {
    encoding: 'utf8',
  });
  assert.equal(page.status, 0, page.stderr);
  const linted = tool(t, page.stdout, 'mandoc', '-Tlint', '-W', 'warning');
  if (linted !== undefined) assert.deepEqual(linted, { status: 0, told: '' });
});

test('the Ansible role is understood', (t) => {
  const example = fromRoot('packaging', 'ansible', 'example.yml');
  const env = { ...process.env, ANSIBLE_ROLES_PATH: fromRoot('packaging', 'ansible', 'roles') };
  const { error, status, stderr } = spawnSync(
    'ansible-playbook',
    ['--syntax-check', '-i', 'localhost,', example],
    { env, encoding: 'utf8' },
  );
  if (error !== undefined) return t.skip('ansible-playbook is not here');
  assert.equal(status, 0, stderr);
});
