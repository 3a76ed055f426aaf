import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { install } from '../../../src/cli/install.ts';
import { uninstall } from '../../../src/cli/uninstall.ts';
import { recorder } from '../recorder.ts';

const SOCKET =
  '<settings>\n  <param name="listen-ip" value="127.0.0.1"/>\n  <param name="password" value="ClueCon"/>\n</settings>\n';

test('FreeSWITCH keeps the password that its event socket asks for until it has read its old one', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'gg-uninstall-'));
  const { PATH } = process.env;
  t.after(() => {
    process.env['PATH'] = PATH;
    rmSync(root, { recursive: true });
  });
  const socket = join(root, 'conf/autoload_configs/event_socket.conf.xml');
  for (const [path, text] of [
    [join(root, 'conf/freeswitch.xml'), ''],
    [socket, SOCKET],
  ] as const) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  // Notes what it is called with, and says that all went well.
  mkdirSync(join(root, 'bin'));
  const called = join(root, 'called');
  const script = `#!/bin/sh\necho "$*" >>${called}\n`;
  writeFileSync(join(root, 'bin/fs_cli'), script, { mode: 0o755 });
  process.env['PATH'] = `${join(root, 'bin')}:${PATH}`;

  const state = ['--state', join(root, 'state')];
  const where = ['--conf', join(root, 'conf'), '--secrets', join(root, 'secrets'), ...state];
  const parts = ['--without', 'gate,acl'];
  const secret = join(root, 'secrets/esl.password');
  for (const reload of [[], ['--reload']]) {
    const out = recorder();
    assert.equal(await install(['freeswitch', ...where, ...parts, '--yes'], out), 0);
    const password = readFileSync(secret, 'utf8').trim();
    assert.ok(readFileSync(socket, 'utf8').includes(password));
    assert.ok(!out.written.out.includes(password));
    assert.equal(await uninstall([...state, '--yes', ...reload], out), 0, out.written.err);
    assert.equal(readFileSync(socket, 'utf8'), SOCKET);
    assert.equal(existsSync(secret), reload.length === 0);
    const calls = existsSync(called) ? readFileSync(called, 'utf8') : '';
    const want = reload.length === 0 ? '' : `-p ${password} -x reload mod_event_socket\n`;
    assert.equal(calls, want);
    // Left to the person; one that is there is an operator's, and stays.
    rmSync(secret, { force: true });
  }
});
