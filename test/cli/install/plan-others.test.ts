import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planFreepbx } from '../../../src/cli/install/plan-freepbx.ts';
import { planFreeswitch } from '../../../src/cli/install/plan-freeswitch.ts';
import { freeswitchLayout } from '../../../src/pbx/freeswitch/layout.ts';
import { afterOf, asteriskOf, filesOf, SECRETS, wishOf } from './files.ts';
import { FREEPBX } from './freepbx.ts';

test('FreePBX: only files that it leaves to others are touched', () => {
  const texts = asteriskOf(FREEPBX);
  const plan = planFreepbx(filesOf(texts), wishOf());
  assert.deepEqual(plan.refusals, []);
  const after = afterOf(texts, plan);
  const touched = Object.keys(after).filter((path) => after[path] !== texts[path]);
  assert.deepEqual(touched.map((path) => path.replace('/etc/asterisk/', '')).toSorted(), [
    '/etc/ghostgate/ami.secret',
    '/etc/ghostgate/channel.token',
    'acl.conf',
    'extensions_custom.conf',
    'extensions_ghostgate.conf',
    'extensions_ghostgate_contexts.conf',
    'extensions_override_freepbx.conf',
    'ghostgate_acl.conf',
    'globals_custom.conf',
    'manager_custom.conf',
    'pjsip_custom.conf',
  ]);
  const of = (name: string): string => after[`/etc/asterisk/${name}`] ?? '';
  assert.match(
    of('manager_custom.conf'),
    /\[general\]\(\+\)\nchannelvars = GHOSTGATE_TOKEN\n\[ghostgate\]\n/,
  );
  assert.match(of('globals_custom.conf'), /\nGHOSTGATE_TOKEN = token-0123456789\n/);
  assert.match(
    of('extensions_override_freepbx.conf'),
    /\[from-sip-external\]\nexten => s,1,Gosub\(ghostgate-freepbx,s,1\)\n/,
  );
  assert.match(of('pjsip_custom.conf'), /type = acl/);
  const again = planFreepbx(filesOf(after), wishOf());
  assert.deepEqual(again.refusals, []);
  assert.deepEqual(afterOf(after, again), after);
});

test('FreePBX: what is not as it ships is refused', () => {
  const entry = FREEPBX['extensions.conf'] ?? '';
  const rows: [Record<string, string>, string, RegExp][] = [
    [
      { 'extensions.conf': entry.replace('setlanguage:checkanon', 'elsewhere') },
      '/extensions.conf:6',
      /not as FreePBX ships it/,
    ],
    [
      { 'extensions_override_freepbx.conf': '[from-sip-external]\nexten => s,1,Answer()\n' },
      '/extensions.conf:6',
      /not as FreePBX ships it/,
    ],
    [
      { 'pjsip.endpoint.conf': '[anonymous]\ntype=endpoint\ncontext=from-pstn\n' },
      '/pjsip.endpoint.conf:3',
      /go to from-pstn/,
    ],
    [{ 'manager.conf': '[general]\nenabled = yes\n' }, '/manager_custom.conf', /does not include/],
  ];
  for (const [files, where, what] of rows) {
    const { refusals } = planFreepbx(filesOf(asteriskOf({ ...FREEPBX, ...files })), wishOf());
    const found = refusals.find((each) => what.test(each.what));
    assert.equal(found?.where, `/etc/asterisk${where}`, JSON.stringify(refusals));
  }
  const plain = planFreepbx(filesOf(asteriskOf({})), wishOf());
  assert.match(plain.refusals[0]?.what ?? '', /no FreePBX here/);
});

test('FreePBX: a trunk that anybody can name is told', () => {
  const files = { 'pjsip.endpoint.conf': '[carrier]\ntype=endpoint\ncontext=from-pstn\n' };
  const { refusals, notes } = planFreepbx(filesOf(asteriskOf({ ...FREEPBX, ...files })), wishOf());
  assert.deepEqual(refusals, []);
  assert.match(notes.join(), /not behind the gate: carrier: has no auth/);
});

const FOLDER = '/etc/freeswitch';
const SOCKET = `<configuration name="event_socket.conf">
  <settings>
    <param name="listen-ip" value="::"/>
    <param name="password" value="ClueCon"/>
    <!--<param name="apply-inbound-acl" value="loopback.auto"/>-->
  </settings>
</configuration>
`;
const VANILLA: Record<string, string> = {
  'freeswitch.xml': '',
  'autoload_configs/event_socket.conf.xml': SOCKET,
  'autoload_configs/acl.conf.xml':
    '<configuration name="acl.conf">\n  <network-lists>\n  </network-lists>\n</configuration>\n',
  'dialplan/public.xml':
    '<!-- <context name="public"> -->\n<include>\n  <context name="public">\n  </context>\n</include>\n',
};

test('FreeSWITCH: socket, list and gate', () => {
  const rows: {
    what: string;
    files?: Record<string, string>;
    file?: string;
    want?: RegExp;
    refused?: [string, RegExp];
  }[] = [
    {
      what: 'the socket',
      file: 'autoload_configs/event_socket.conf.xml',
      want: /was:     <param name="listen-ip" value="::"\/> -->\n    <param name="listen-ip" value="127.0.0.1"\/>\n[^]*<param name="password" value="esl-0123456789"\/>/,
    },
    {
      what: 'the list',
      file: 'autoload_configs/acl.conf.xml',
      want: /<network-lists>\n<!-- BEGIN.*\n    <X-PRE-PROCESS cmd="include" data="..\/ghostgate.acl.xml"\/>\n/,
    },
    {
      what: 'the gate',
      file: 'dialplan/public.xml',
      want: /\n  <context name="public">\n<!-- BEGIN.*\n    <X-PRE-PROCESS cmd="include" data="..\/ghostgate.gate.xml"\/>\n/,
    },
    {
      what: 'a list for the socket',
      files: { 'autoload_configs/event_socket.conf.xml': SOCKET.replace(/<!--(.*)-->/, '$1') },
      file: 'autoload_configs/event_socket.conf.xml',
      want: /\n    <param name="listen-ip" value="::"\/>\n<!-- BEGIN/,
    },
    {
      what: 'a password with a variable',
      files: { 'autoload_configs/event_socket.conf.xml': SOCKET.replace('ClueCon', '$${pw}') },
      refused: ['/autoload_configs/event_socket.conf.xml', /variable/],
    },
    {
      what: 'two on a line',
      files: { 'autoload_configs/event_socket.conf.xml': SOCKET.replace('"::"/>\n', '"::"/>') },
      refused: ['/autoload_configs/event_socket.conf.xml:3', /line by line/],
    },
    {
      what: 'no such context',
      files: { 'dialplan/public.xml': '<include/>' },
      refused: ['/dialplan/public.xml', /<context name="public"> does not stand/],
    },
    {
      what: 'a web server answers',
      files: {
        'autoload_configs/xml_curl.conf.xml': '<param name="gateway-url" value="http://x"/>',
      },
      refused: ['/autoload_configs/acl.conf.xml', /answers for acl.conf/],
    },
  ];
  for (const { what, files, file, want, refused } of rows) {
    const texts = below(FOLDER, { ...VANILLA, ...files });
    const plan = (held: Record<string, string>) =>
      planFreeswitch(filesOf(held), freeswitchLayout(filesOf(held)), wishOf({ folder: FOLDER }));
    const { refusals } = plan(texts);
    if (refused !== undefined) {
      const found = refusals.find((each) => refused[1].test(each.what));
      assert.equal(found?.where, `${FOLDER}${refused[0]}`, `${what}: ${JSON.stringify(refusals)}`);
      continue;
    }
    assert.deepEqual(refusals, [], what);
    const after = afterOf(texts, plan(texts));
    assert.match(after[`${FOLDER}/${file}`] ?? '', want ?? /^$/, what);
    assert.equal(after['/etc/ghostgate/esl.password'], `${SECRETS.esl}\n`);
    assert.deepEqual(afterOf(after, plan(after)), after, `${what}, again`);
  }
});

test('FreeSWITCH: a password that is nobody’s guess is kept, and copied', () => {
  const own = SOCKET.replace('ClueCon', 'a-good-one').replace('"::"', '"127.0.0.1"');
  const texts = below(FOLDER, { ...VANILLA, 'autoload_configs/event_socket.conf.xml': own });
  const plan = planFreeswitch(
    filesOf(texts),
    freeswitchLayout(filesOf(texts)),
    wishOf({ folder: FOLDER }),
  );
  const after = afterOf(texts, plan);
  assert.equal(after['/etc/ghostgate/esl.password'], 'a-good-one\n');
  assert.equal(after[`${FOLDER}/autoload_configs/event_socket.conf.xml`], own);
});

function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]),
  );
}
