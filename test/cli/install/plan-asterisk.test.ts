import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Wish } from '../../../src/cli/install/change.ts';
import { planAsterisk } from '../../../src/cli/install/plan-asterisk.ts';
import {
  afterOf,
  asteriskOf,
  defined,
  filesOf,
  MANAGER,
  PLAIN,
  PJSIP,
  SECRETS,
  wishOf,
} from './files.ts';

test('a plain Asterisk: everything it needs, and no more', () => {
  const texts = asteriskOf(PLAIN);
  const plan = planAsterisk(filesOf(texts), wishOf());
  assert.deepEqual(plan.refusals, []);
  const after = afterOf(texts, plan);
  const has = (name: string, ...wants: RegExp[]): void => {
    for (const want of wants) assert.match(after[`/etc/asterisk/${name}`] ?? '', want, name);
  };
  has(
    'manager.d/ghostgate.conf',
    /^\[ghostgate\]$/m,
    /^secret = ami-0123456789$/m,
    /^write = system,call,reporting$/m,
  );
  has(
    'manager.conf',
    /\[general\]\n; BEGIN.*\nchannelvars = GHOSTGATE_TOKEN\n; END ghostgate\nenabled = yes/,
  );
  has(
    'extensions.conf',
    /\[globals\]\n; BEGIN.*\nGHOSTGATE_TOKEN = token-0123456789\n; END/,
    /#include extensions_ghostgate.conf\n#include extensions_ghostgate_contexts.conf\n; END ghostgate\n$/,
  );
  has('extensions_ghostgate.conf', /^\[ghostgate-gate\]$/m);
  has(
    'extensions_ghostgate_contexts.conf',
    /^\[ghostgate-in-public\]\nexten => _\.,1,Gosub\(ghostgate-gate,\$\{CHANNEL\(channeltype\)\},1\)$/m,
    /^exten => h,1,/m,
  );
  has(
    'pjsip.conf',
    /; was: context = public\ncontext = ghostgate-in-public\n; END/,
    /subscribe_context = public\nmessage_context = public\n/,
    /\[ghostgate\]\ntype = acl\nacl = ghostgate\n/,
  );
  has('acl.conf', /#include ghostgate_acl.conf/);
  has('ghostgate_acl.conf', /permit = 0.0.0.0\/0.0.0.0/);
  assert.equal(after['/etc/ghostgate/ami.secret'], `${SECRETS.ami}\n`);
  assert.equal(after['/etc/ghostgate/channel.token'], `${SECRETS.token}\n`);
  assert.deepEqual(
    plan.reload.map((command) => command[2]),
    [
      'manager reload',
      'dialplan reload',
      'module reload res_pjsip.so',
      'module reload acl',
      'module reload res_pjsip_acl.so',
    ],
  );
  const again = planAsterisk(filesOf(after), wishOf());
  assert.deepEqual(again.refusals, []);
  assert.deepEqual(afterOf(after, again), after);
});

test('whatever is left out, what is written is read', () => {
  const rows: [Wish['without'], string[]][] = [
    [
      ['gate'],
      ['manager reload', 'dialplan reload', 'module reload acl', 'module reload res_pjsip_acl.so'],
    ],
    [
      ['gate', 'acl'],
      ['manager reload', 'dialplan reload'],
    ],
    [['gate', 'acl', 'token'], ['manager reload']],
    [
      ['acl', 'token'],
      ['manager reload', 'dialplan reload', 'module reload res_pjsip.so'],
    ],
  ];
  for (const [without, want] of rows) {
    const { reload } = planAsterisk(filesOf(asteriskOf(PLAIN)), wishOf({ without }));
    assert.deepEqual(
      reload.map((command) => command[2]),
      want,
    );
  }
});

test('other layouts that are understood', () => {
  const rows: {
    what: string;
    files: Record<string, string | undefined>;
    wish?: Partial<Wish>;
    file: string;
    want: RegExp;
  }[] = [
    {
      what: 'no manager.conf',
      files: { 'manager.conf': undefined },
      file: 'manager.conf',
      want: /^; BEGIN.*\n\[general\]\nenabled = yes\nbindaddr = 127.0.0.1\nchannelvars = GHOSTGATE_TOKEN\n#include "manager.d\/\*.conf"\n; END ghostgate\n$/,
    },
    {
      what: 'AMI off',
      files: { 'manager.conf': '[general]\nenabled = no\nbindaddr = 0.0.0.0\n' },
      file: 'manager.conf',
      want: /was: enabled = no\nenabled = yes\n[^]*was: bindaddr = 0.0.0.0\nbindaddr = 127.0.0.1\n/,
    },
    {
      what: 'variables of others',
      files: { 'manager.conf': `${MANAGER}channelvars = A,B\n` },
      file: 'manager.conf',
      want: /channelvars = A,B,GHOSTGATE_TOKEN/,
    },
    {
      what: 'no [globals]',
      files: { 'extensions.conf': '[public]' },
      file: 'extensions.conf',
      want: /^\[public\]\n; BEGIN ghostgate [0-9a-f]{12}, after an unfinished line\n\[globals\]\nGHOSTGATE_TOKEN = token-0123456789\n#include/,
    },
    {
      what: '[globals] in an included file',
      files: { 'extensions.conf': '#include g.conf\n[public]\n', 'g.conf': '[globals]\nX=1\n' },
      file: 'g.conf',
      want: /^\[globals\]\n; BEGIN.*\nGHOSTGATE_TOKEN = /,
    },
    {
      what: 'a context from a template',
      files: { 'pjsip.conf': '[t](!)\ntype = endpoint\ncontext = public\n[anonymous](t)\n' },
      file: 'pjsip.conf',
      want: /\[anonymous\]\(t\)\n; BEGIN.*\ncontext = ghostgate-in-public\nsubscribe_context = public\n/,
    },
    {
      what: 'an endpoint in an included file',
      files: { 'pjsip.conf': '#include d.conf\n', 'd.conf': PJSIP },
      file: 'd.conf',
      want: /ghostgate-in-public/,
    },
    {
      what: 'a trunk as asked for',
      files: { 'pjsip.conf': `${PJSIP}[t]\ntype=endpoint\nauth=t\ncontext=carrier\n` },
      wish: { gateContexts: ['carrier'] },
      file: 'extensions_ghostgate_contexts.conf',
      want: /\[ghostgate-in-public\][^]*\[ghostgate-in-carrier\]/,
    },
    {
      what: 'chan_sip',
      files: {
        'pjsip.conf': undefined,
        'sip.conf': '[general]\r\ncontext=public\r\n[6001]\r\ntype=friend\r\nsecret=x\r\n',
      },
      file: 'sip.conf',
      want: /was: context=public\r\ncontext = ghostgate-in-public\r\n; END ghostgate\r\n\[6001\]\r\n; BEGIN.*\r\ncontext = public\r\n/,
    },
    {
      what: 'chan_sip kept out',
      files: {
        'sip.conf': '[general]\ncontext=public\n',
        'modules.conf': '[modules]\nautoload=yes\nnoload => chan_sip.so\n',
      },
      file: 'sip.conf',
      want: /^\[general\]\ncontext=public\n$/,
    },
    {
      what: 'without gate',
      files: {},
      wish: { without: ['gate'] },
      file: 'pjsip.conf',
      want: /context = public\n; BEGIN/,
    },
    {
      what: 'an ACL that holds bans',
      files: {
        'ghostgate_acl.conf': '; This file belongs to Ghostgate.\n[ghostgate]\ndeny = 192.0.2.1\n',
      },
      file: 'ghostgate_acl.conf',
      want: /deny = 192.0.2.1/,
    },
  ];
  for (const { what, files, wish, file, want } of rows) {
    const texts = asteriskOf(defined({ ...PLAIN, ...files }));
    const plan = planAsterisk(filesOf(texts), wishOf(wish));
    assert.deepEqual(plan.refusals, [], what);
    const after = afterOf(texts, plan);
    assert.match(after[`/etc/asterisk/${file}`] ?? '', want, what);
    const again = planAsterisk(filesOf(after), wishOf(wish));
    assert.deepEqual(afterOf(after, again), after, `${what}, again`);
  }
});
