import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { audit } from '../../src/cli/audit.ts';
import { ban } from '../../src/cli/ban.ts';
import { bans } from '../../src/cli/bans.ts';
import { capture } from '../../src/cli/capture.ts';
import { central } from '../../src/cli/central.ts';
import { check } from '../../src/cli/check.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { explain } from '../../src/cli/explain.ts';
import { feeds } from '../../src/cli/feeds.ts';
import { firewall } from '../../src/cli/firewall.ts';
import { fleet } from '../../src/cli/fleet.ts';
import { help } from '../../src/cli/help.ts';
import { init } from '../../src/cli/init.ts';
import { install } from '../../src/cli/install.ts';
import { lockdown } from '../../src/cli/lockdown.ts';
import { manOf } from '../../src/cli/man.ts';
import { notify } from '../../src/cli/notify.ts';
import type { Output } from '../../src/cli/output.ts';
import { password } from '../../src/cli/password.ts';
import { replay } from '../../src/cli/replay.ts';
import { report } from '../../src/cli/report.ts';
import { run } from '../../src/cli/run.ts';
import { status } from '../../src/cli/status.ts';
import { test as policyTest } from '../../src/cli/test.ts';
import { unban } from '../../src/cli/unban.ts';
import { uninstall } from '../../src/cli/uninstall.ts';
import { version } from '../../src/cli/version.ts';
import { watch } from '../../src/cli/watch.ts';
import { fromRoot } from '../root.ts';
import { recorder } from './recorder.ts';

const man = manOf({});
const commands: Record<string, (args: string[], out: Output) => Promise<number>> = {
  status,
  bans,
  ban,
  unban,
  explain,
};

test('what is written wrongly is told with exit 2, before any daemon is asked', async () => {
  const rows: [string, string[], RegExp][] = [
    ['status', ['now'], /one argument too many: now/],
    ['status', ['--fast'], /Unknown option '--fast'/],
    ['status', ['--socket'], /--socket/],
    ['status', ['--json=yes'], /--json/],
    ['status', ['--site', '../x'], /not the name of a site: "\.\.\/x"/],
    ['bans', ['--limit', '0'], /--limit takes a whole number, not "0"/],
    ['bans', ['--limit', '1e3'], /not "1e3"/],
    ['ban', [], /say which address is meant/],
    ['ban', ['203.0.113.9', '203.0.113.8'], /one argument too many: 203.0.113.8/],
    ['ban', ['10/8', '--for', '1d', '--because', 'x'], /"10\/8" is no address or prefix/],
    ['ban', ['203.0.113.9', '--because', 'x'], /say for how long, like --for 1d/],
    ['ban', ['203.0.113.9', '--for', '1', '--because', 'x'], /--for "1": write a whole number/],
    ['ban', ['203.0.113.9', '--for', '1d'], /say why/],
    ['ban', ['203.0.113.9', '--for', '1d', '--because', ' '], /say why/],
    ['unban', [], /say which address is meant/],
    ['unban', ['203.0.113.9', 'office'], /"office" is no address or prefix/],
    ['explain', [], /say which address or call is meant/],
    ['explain', ['sip.example.com'], /"sip.example.com" is no address or prefix/],
  ];
  for (const [name, args, text] of rows) {
    const output = recorder();
    const what = [name, ...args].join(' ');
    assert.equal(await commands[name]?.(args, output), 2, what);
    assert.equal(output.written.out, '');
    assert.match(output.written.err, text, what);
    assert.ok(output.written.err.endsWith(`\nTry: ghostgate ${name} --help\n`), what);
  }
});

test('every command explains itself with examples, in 80 columns', async () => {
  for (const [name, command] of Object.entries(commands)) {
    for (const flag of ['--help', '-h']) {
      const output = recorder();
      assert.equal(await command([flag], output), 0);
      assert.ok(output.written.out.startsWith(`ghostgate ${name} `), name);
      assert.ok(output.written.out.includes(`\nExamples:\n  ghostgate ${name}`), name);
      assert.ok(output.written.out.includes('\nExit codes: 0 '), name);
      for (const line of output.written.out.split('\n')) assert.ok(line.length <= 80, line);
    }
  }
});

test('a folder of sites that is not there is told before anything is begun', async () => {
  for (const action of ['run', 'check']) {
    const output = recorder();
    assert.equal(await central([action, '/nowhere/sites'], output), 1);
    assert.match(output.written.err, /sites: there is no such folder\nTry: mkdir -p \/nowhere/);
  }
});

test('the help of every command fits in 80 columns', async () => {
  const all = [run, central, check, doctor, init, install, uninstall, watch, report, notify, audit];
  const more = [password, replay, policyTest, capture, lockdown, feeds, fleet, firewall, man];
  for (const command of [...all, ...more]) {
    const output = recorder();
    assert.equal(await command(['--help'], output), 0);
    for (const line of output.written.out.split('\n')) assert.ok(line.length <= 80, line);
  }
});

test('help names every command in a line', () => {
  const output = recorder();
  assert.equal(help([], output), 0);
  for (const name of ['run', 'check', 'version', ...Object.keys(commands)]) {
    assert.match(output.written.out, new RegExp(`^  ${name} +[a-z]`, 'm'), name);
  }
  for (const line of output.written.out.split('\n')) assert.ok(line.length <= 80, line);
});

test('version is that of the package', () => {
  const output = recorder();
  assert.equal(version([], output), 0);
  const wanted: { version: string } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));
  assert.equal(output.written.out, `ghostgate ${wanted.version}\n`);
});
