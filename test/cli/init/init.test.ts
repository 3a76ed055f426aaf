import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { check } from '../../../src/cli/check.ts';
import { init } from '../../../src/cli/init.ts';
import type { Asker } from '../../../src/cli/init/asker.ts';
import type { Machine } from '../../../src/cli/init/machine.ts';
import { disk } from '../../../src/cli/install/disk.ts';
import { recorder } from '../recorder.ts';

const PLAIN: Readonly<Record<string, string>> = {
  'asterisk.conf': '[options]\n',
  'manager.conf': '[general]\nenabled = yes\nbindaddr = 127.0.0.1\n',
  'extensions.conf': '[public]\nexten => _X.,1,Dial(PJSIP/6001)\n',
  'pjsip.conf':
    '[udp]\ntype=transport\nbind=0.0.0.0:5888\n[gntel]\ntype=identify\nendpoint=gntel\nmatch=203.0.113.0/28\n[anonymous]\ntype=endpoint\ncontext=public\n',
};

test('everything is found: the policy is whole, good, commented, and in observe', async (t) => {
  const site = newSite(t, PLAIN);
  const { code, out, error } = await site.init('--yes', '--network', '10.9.0.0/16');
  assert.equal(code, 0, error);
  assert.match(out, /Trunks {4}gntel: 203\.0\.113\.0\/28/);
  assert.match(out, /What next:\n1\. Prepare the PBX.*\n.*ghostgate install asterisk --reload/);
  assert.match(out, /mode: enforce/);
  const text = site.read('gg/policy.yaml');
  assert.match(text, /^mode: observe$/m);
  assert.match(text, /^ {2}- name: gntel {2}# .*pjsip\.conf:4$/m);
  assert.match(text, /sip_ports: \[5888\]/);
  assert.match(
    text,
    /- '10\.9\.0\.0\/16' {2}# as told\n {4}- '10\.20\.0\.0\/16' {2}# this machine/,
  );
  assert.match(text, /^gate:\n {2}enabled: false$/m);
  assert.ok(text.split('\n').every((line) => line.length <= 200));
  const checked = recorder();
  assert.equal(await check([site.path('gg/policy.yaml')], checked), 0, checked.written.err);
  assert.equal(statSync(site.path('gg/policy.yaml')).mode & 0o007, 0);
  assert.deepEqual(readdirSync(site.path('etc')).toSorted(), Object.keys(PLAIN).toSorted());
});

test('a policy that is there is never written over', async (t) => {
  const site = newSite(t, PLAIN);
  await site.init('--yes');
  writeFileSync(site.path('gg/policy.yaml'), 'mine');
  const beside = await site.init('--yes');
  assert.equal(beside.code, 0, beside.error);
  assert.match(beside.out, /is there already and is left as it is/);
  assert.match(site.read('gg/policy.yaml.new'), /^mode: observe$/m);
  const third = await site.init('--yes');
  assert.equal(third.code, 2);
  assert.match(third.error, /are there already/);
  assert.equal(site.read('gg/policy.yaml'), 'mine');
});

test('with --install the PBX is prepared, and the policy has the gate', async (t) => {
  const site = newSite(t, PLAIN);
  const { code, error } = await site.init('--yes', '--install', '--json');
  // There is no Asterisk to read it: that is told, and left to do.
  assert.equal(code, 1, error);
  assert.match(site.read('etc/manager.d/ghostgate.conf'), /secret = [0-9a-f]{48}/);
  assert.match(site.read('gg/policy.yaml'), /enabled: false/);
});

test('nothing is written where something is missing or nobody is there', async (t) => {
  const rows: { what: string; args: string[]; files?: Record<string, string>; error: RegExp }[] = [
    { what: 'nobody', args: [], error: /nobody is there to ask\nTry: the same with --yes/ },
    {
      what: 'no trunk',
      args: ['--yes'],
      files: { ...PLAIN, 'pjsip.conf': '' },
      error: /no trunk was found.*\nTry: --trunk NAME=ADDRESS.*--trunk none/,
    },
    { what: 'no PBX', args: ['--yes'], files: {}, error: /no PBX was found/ },
    {
      what: 'another',
      args: ['--yes', '--pbx', 'freepbx'],
      error: /no freepbx was found, but ast/,
    },
    { what: 'kind', args: ['--pbx', 'x'], error: /--pbx takes asterisk, freepbx/ },
    { what: 'trunk', args: ['--trunk', 'gntel'], error: /NAME=SOURCE/ },
    { what: 'source', args: ['--trunk', 'a=1.2.3'], error: /not an address/ },
    { what: 'both', args: ['--trunk', 'a=1.2.3.4', '--trunk', 'none'], error: /no other --trunk/ },
    { what: 'network', args: ['--network', '10.0.0.1/8'], error: /address bits behind/ },
    { what: 'site', args: ['--site', 'a b'], error: /--site takes/ },
    { what: 'unknown', args: ['--frob'], error: /frob/ },
  ];
  for (const { what, args, files = PLAIN, error } of rows) {
    const site = newSite(t, files);
    const told = await site.init(...args);
    assert.equal(told.code, 2, what);
    assert.match(told.error, error, what);
    assert.ok(!disk.isFolder(site.path('gg')), what);
  }
});

test('--dry-run prints the policy and writes nothing', async (t) => {
  const site = newSite(t, { ...PLAIN, 'pjsip.conf': '' });
  const { code, out } = await site.init('--dry-run', '--trunk', 'none');
  assert.equal(code, 0);
  assert.match(out, /^# Ghostgate policy of pbx\.example/);
  assert.match(out, /^trunks: \[\]$/m);
  assert.ok(!disk.isFolder(site.path('gg')));
});

test('a person answers; a wrong answer is asked for again', async (t) => {
  const site = newSite(t, PLAIN);
  const asked: string[] = [];
  const answers = ['acme hq', 'acme-hq', '1.2.3', 'sip.more.example', 'n', '10.7.0.0/16', 'n'];
  const next = (question: string, fallback: string): string => {
    asked.push(question);
    return (answers.shift() ?? '') || fallback;
  };
  const asker: Asker = {
    isThere: true,
    asks: (question, fallback) => Promise.resolve(next(question, fallback)),
    agrees: (question, fallback) => Promise.resolve(next(question, fallback ? 'y' : 'n') === 'y'),
  };
  const { code, error } = await site.initWith(asker);
  assert.equal(code, 0, `${error}${asked.join('\n')}`);
  const text = site.read('gg/policy.yaml');
  assert.match(text, /^site: acme-hq$/m);
  assert.match(text, /sources: \[sip\.more\.example\]/);
  assert.match(text, /- '10\.7\.0\.0\/16'/);
  assert.doesNotMatch(text, /10\.20\.0\.0/);
  assert.match(
    asked.join('\n'),
    /Name of this site.*\nOnly letters[\s\S]*not an address[\s\S]*Trust 10\.20\.0\.0\/16\?[\s\S]*Prepare the PBX now/,
  );
});

test('a FreeSWITCH’s password is known before anything is installed', async (t) => {
  const conf = {
    'fs/freeswitch.xml': '<document/>',
    'fs/autoload_configs/event_socket.conf.xml':
      '<configuration>\n<settings>\n<param name="listen-port" value="8025"/>\n<param name="password" value="known.to-few"/>\n</settings>\n</configuration>\n',
    'fs/autoload_configs/acl.conf.xml': '<network-lists>\n</network-lists>\n',
  };
  const site = newSite(t, {}, conf);
  const { code, error } = await site.init(
    '--yes',
    '--trunk',
    'a=203.0.113.1',
    '--conf',
    site.path('fs'),
  );
  assert.equal(code, 0, error);
  assert.match(site.read('gg/policy.yaml'), /freeswitch:\n {6}host: 127\.0\.0\.1\n {6}port: 8025/);
  assert.equal(site.read('gg/esl.password'), 'known.to-few\n');
});

function newSite(
  t: TestContext,
  etc: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'ghostgate-init-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  const named = Object.entries(etc).map(([name, text]) => [`etc/${name}`, text] as const);
  for (const [name, text] of [...named, ...Object.entries(more)]) {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  }
  const machine: Machine = {
    files: disk,
    hostname: 'pbx.example',
    interfaces: [{ name: 'eth0', cidr: '10.20.0.5/16' }],
    admin: undefined,
    says: () => Promise.resolve(undefined),
  };
  const words = ['--etc', path('etc'), '--state', path('state'), '--out', path('gg/policy.yaml')];
  const run = async (args: readonly string[], asker: Asker) => {
    const out = recorder();
    const config = ['--config', path('fusion.conf')];
    const code = await init([...args, ...words, ...config], out, { machine, asker });
    return { code, out: out.written.out, error: out.written.err };
  };
  return {
    path,
    read: (name: string) => readFileSync(path(name), 'utf8'),
    init: (...args: string[]) => run(args, NOBODY),
    initWith: (asker: Asker) => run([], asker),
  };
}

const NOBODY: Asker = {
  isThere: false,
  asks: () => Promise.reject(new Error('nobody is there')),
  agrees: () => Promise.reject(new Error('nobody is there')),
};
