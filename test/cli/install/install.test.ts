import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { install } from '../../../src/cli/install.ts';
import { uninstall } from '../../../src/cli/uninstall.ts';
import { recorder } from '../recorder.ts';

const MANAGER = '[general]\nenabled = yes\n[admin]\nsecret = theirs\n#include "manager.d/*.conf"\n';
const PLAIN: Readonly<Record<string, string>> = {
  'asterisk.conf': '[options]\n',
  'manager.conf': MANAGER,
  'manager.d/README.conf': '',
  'extensions.conf': '[globals]\nX = 1\n[public]\nexten => _X.,1,Dial(PJSIP/6001)\n',
  'pjsip.conf': '[anonymous]\ntype = endpoint\ncontext = public',
};

test('a diff first; nothing is touched without a yes; again changes nothing; back byte for byte', async (t) => {
  const site = newSite(t, PLAIN);
  const before = site.snapshot();
  for (const [more, exit, err] of [
    [['--dry-run'], 0, ''],
    [[], 2, 'nobody is there to ask'],
    [['--json'], 2, 'nobody is there to ask'],
  ] as const) {
    const { code, out, error } = await site.install(...more);
    assert.equal(code, exit, more.join(' '));
    assert.match(out, /\+channelvars = GHOSTGATE_TOKEN/);
    assert.match(error, new RegExp(err));
    assert.deepEqual(site.snapshot(), before, more.join(' '));
  }
  const first = await site.install('--yes');
  assert.equal(first.code, 0);
  assert.match(first.out, /Written\. Now make the PBX read it:\n {2}asterisk -rx 'manager reload'/);
  const secret = site.read('secrets/ami.secret').trim();
  assert.match(secret, /^[0-9a-f]{48}$/);
  assert.ok(site.read('etc/manager.d/ghostgate.conf').includes(`secret = ${secret}\n`));
  assert.ok(!first.out.includes(secret) && !first.out.includes('theirs'), 'no secret is shown');
  assert.equal(site.mode('secrets/ami.secret'), 0o600);
  assert.equal(site.mode('state/asterisk/manifest.json'), 0o600);
  assert.equal(site.mode('etc/pjsip.conf'), 0o640, 'the mode of the file it replaces');

  const installed = site.snapshot();
  const again = await site.install('--yes');
  assert.match(again.out, /^already installed/);
  assert.deepEqual(site.snapshot(), installed);

  const gone = await site.uninstall('--yes');
  assert.equal(gone.code, 0, gone.error);
  assert.deepEqual(site.snapshot(), before);
  assert.match((await site.uninstall('--yes')).out, /nothing is installed/);
});

test('whatever stands around it, uninstall gives every byte back', async (t) => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const line = fc.oneof(
    fc.constant(''),
    word.map((text) => `; ${text}`),
    word.map((text) => `  ${text} = \u00e4${text} ; x`),
    word.map((text) => `[x-${text}]`),
  );
  const around = fc.record({
    lines: fc.array(line, { maxLength: 6 }),
    end: fc.constantFrom('\n', '\r\n'),
    ended: fc.boolean(),
    changed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(around, async ({ lines, end, ended, changed }) => {
      const files = Object.fromEntries(
        Object.entries(PLAIN).map(([name, text]) => {
          const own = text.trimEnd().split('\n');
          const whole = [...own, ...lines].join(end) + (ended ? end : '');
          return [name, text === '' ? '' : whole];
        }),
      );
      const site = newSite(t, files);
      const before = site.snapshot();
      const { code, error } = await site.install('--yes');
      assert.equal(code, 0, error);
      // Somebody adds a line of his own in front: that stays, ours goes.
      const own = '; added by hand\n';
      if (changed) site.write('etc/pjsip.conf', own + site.read('etc/pjsip.conf'));
      assert.equal((await site.uninstall('--yes')).code, 0);
      if (changed) {
        assert.equal(site.read('etc/pjsip.conf'), own + (files['pjsip.conf'] ?? ''));
        site.write('etc/pjsip.conf', files['pjsip.conf'] ?? '');
      }
      assert.deepEqual(site.snapshot(), before);
    }),
    { numRuns: 30 },
  );
});

test('a file whose text of ours was changed since is left, with the difference; the others come back', async (t) => {
  const site = newSite(t, PLAIN);
  const before = site.snapshot();
  await site.install('--yes');
  const ours = site.read('etc/manager.conf').replace('GHOSTGATE_TOKEN', 'GHOSTGATE_TOKEN,MINE');
  site.write('etc/manager.conf', ours);
  const { code, out } = await site.uninstall('--yes');
  assert.equal(code, 1);
  assert.match(
    out,
    /manager.conf: left as it is: line 2[^]*Try: [^]*-channelvars = GHOSTGATE_TOKEN,MINE/,
  );
  assert.ok(!out.includes('theirs'));
  assert.equal(site.read('etc/manager.conf'), ours);
  assert.equal(site.read('etc/pjsip.conf'), PLAIN['pjsip.conf']);
  const refused = await site.install('--yes');
  assert.equal(refused.code, 1);
  assert.match(refused.error, /manager.conf:2: .*was changed[^]*Nothing was written/);
  // By hand, as it was told; then the rest of the uninstall.
  site.write('etc/manager.conf', MANAGER);
  assert.equal((await site.uninstall('--yes')).code, 0);
  assert.deepEqual(site.snapshot(), before);
});

test('what an operator had stays his: secrets, empty files, links, a list with bans', async (t) => {
  const site = newSite(t, { ...PLAIN, 'acl.conf': '' });
  site.write('secrets/ami.secret', 'chosen-by-hand\n');
  renameSync(site.path('etc/extensions.conf'), site.path('etc/real.conf'));
  symlinkSync('real.conf', site.path('etc/extensions.conf'));
  const before = site.snapshot();
  await site.install('--yes');
  assert.match(site.read('etc/manager.d/ghostgate.conf'), /secret = chosen-by-hand/);
  assert.ok(lstatSync(site.path('etc/extensions.conf')).isSymbolicLink());
  assert.match(site.read('etc/real.conf'), /ghostgate/);
  site.write(
    'etc/ghostgate_acl.conf',
    `${site.read('etc/ghostgate_acl.conf')}deny = 192.0.2.1/32\n`,
  );
  assert.match((await site.install('--yes')).out, /^already installed/);
  assert.equal((await site.uninstall('--yes')).code, 0);
  assert.deepEqual(site.snapshot(), before);
});

test('a part that is no longer wanted is taken back by the next install', async (t) => {
  const site = newSite(t, PLAIN);
  const before = site.snapshot();
  await site.install('--yes');
  const { code, out } = await site.install('--yes', '--without', 'gate,acl');
  assert.equal(code, 0);
  assert.match(out, /'dialplan reload'/);
  assert.equal(site.read('etc/pjsip.conf'), PLAIN['pjsip.conf']);
  assert.ok(!site.snapshot().has('etc/extensions_ghostgate.conf'));
  assert.match(site.read('etc/extensions.conf'), /GHOSTGATE_TOKEN/);
  assert.equal((await site.uninstall('--yes')).code, 0);
  assert.deepEqual(site.snapshot(), before);
});

test('when a file cannot be written, none is changed', async (t) => {
  const site = newSite(t, PLAIN);
  // A folder stands where the new text would be put first.
  mkdirSync(site.path('etc/pjsip.conf.ghostgate-new'));
  const before = site.snapshot();
  const { code, error } = await site.install('--yes');
  assert.equal(code, 1);
  assert.match(error, /nothing was changed[^]*Try: /);
  assert.deepEqual(
    new Map([...site.snapshot()].filter(([name]) => !name.startsWith('state'))),
    before,
  );
});

test('a person who says no is heard, and mistakes on the command line are told', async (t) => {
  const site = newSite(t, PLAIN);
  const out = recorder();
  const args = ['asterisk', ...site.places];
  assert.equal(await install(args, out, { agrees: async () => false }), 2);
  assert.match(out.written.err, /nothing was written/);
  for (const [wrong, want] of [
    [[], /say which PBX/],
    [['asterix'], /say which PBX/],
    [['asterisk', '--without', 'gates'], /--without takes gate, acl, token/],
    [['asterisk', '--force'], /--force/],
  ] as const) {
    const told = recorder();
    assert.equal(await install([...wrong], told), 2);
    assert.match(told.written.err, want);
  }
  for (const command of [install, uninstall]) {
    const told = recorder();
    assert.equal(await command(['--help'], told), 0);
    assert.ok(told.written.out.split('\n').every((line) => line.length <= 80));
  }
});

function newSite(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'gg-install-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const path = (name: string): string => join(root, name);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text, 'latin1');
  };
  for (const [name, text] of Object.entries(files)) write(`etc/${name}`, text);
  for (const name of Object.keys(files)) chmodSync(path(`etc/${name}`), 0o640);
  const state = ['--state', path('state')];
  const places = ['--etc', path('etc'), '--secrets', path('secrets'), ...state];
  const nobody = { agrees: async () => undefined };
  return {
    path,
    write,
    places,
    read: (name: string) => readFileSync(path(name), 'latin1'),
    mode: (name: string) => lstatSync(path(name)).mode & 0o7777,
    async install(...more: string[]) {
      const out = recorder();
      const code = await install(['asterisk', ...places, ...more], out, nobody);
      return { code, out: out.written.out, error: out.written.err };
    },
    async uninstall(...more: string[]) {
      const out = recorder();
      const code = await uninstall([...state, ...more], out, nobody);
      return { code, out: out.written.out, error: out.written.err };
    },
    /** Every file and folder with its bytes and mode, by name. */
    snapshot(): Map<string, string> {
      const entries = readdirSync(root, { recursive: true, withFileTypes: true });
      return new Map(
        entries.map((entry) => {
          const at = join(entry.parentPath, entry.name);
          const text = entry.isFile() ? readFileSync(at, 'latin1') : '';
          return [relative(root, at), `${lstatSync(at).mode} ${text}`];
        }),
      );
    },
  };
}
