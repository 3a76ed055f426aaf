import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ban } from '../../src/cli/ban.ts';
import { bans } from '../../src/cli/bans.ts';
import { explain } from '../../src/cli/explain.ts';
import { help } from '../../src/cli/help.ts';
import type { Output } from '../../src/cli/output.ts';
import { status } from '../../src/cli/status.ts';
import { unban } from '../../src/cli/unban.ts';
import { version } from '../../src/cli/version.ts';
import { fromRoot } from '../root.ts';
import { recorder } from './recorder.ts';

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
    ['explain', [], /say which address is meant/],
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
