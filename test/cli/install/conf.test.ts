import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confLines } from '../../../src/cli/install/conf-lines.ts';
import { lastOf } from '../../../src/cli/install/conf.ts';
import { readConf } from '../../../src/cli/install/conf-tree.ts';
import { asteriskOf, filesOf } from './files.ts';

test('lines are what Asterisk sees of them', () => {
  const rows: [string, string[], number?][] = [
    ['a = 1 ; comment\n', ['a = 1']],
    ['  [x]  ; y ; z', ['[x]']],
    ['a = 1\\;2 ; c', ['a = 1;2']],
    [';-----\na = 1\n;----- x --;\nb = 2', ['a = 1', 'b = 2']],
    ['a = 1\n;-- gone\nb = 2\n--;\nc = 3', ['a = 1', 'c = 3']],
    ['a = ;-- in --; 1\n', ['a =  1']],
    [';--== end of [x] ==--;\na = 1', ['a = 1']],
    [';-- one\n;-- two --;\na = 1\n--;\nb = 2', ['b = 2']],
    ['a = 1\n;-- never ends\nb = 2\n', ['a = 1'], 2],
    ['exten => s,1,NoOp(--;)\nb = 2', ['exten => s,1,NoOp(--', 'b = 2'], 1],
    [`a = ${'x'.repeat(9000)}`, [`a = ${'x'.repeat(9000)}`], 1],
    ['\r\na = 1\r\n', ['a = 1']],
  ];
  for (const [text, want, strangeAt] of rows) {
    const read = confLines(text);
    assert.deepEqual(
      read.lines.map((line) => line.text),
      want,
      text.slice(0, 60),
    );
    assert.equal(read.strangeAt, strangeAt, text.slice(0, 60));
  }
});

test('sections hold what Asterisk puts into them', () => {
  const rows: { what: string; files: Record<string, string>; want: string[]; places?: string }[] = [
    {
      what: 'plain',
      files: { 'x.conf': '[a]\nk = 1\nk => 2\n' },
      want: ['a k=1 k=2'],
      places: 'x.conf:3',
    },
    {
      what: 'templates are inherited, own values come after',
      files: { 'x.conf': '[t](!)\nk = 1\n[a](t)\nk = 2\n' },
      want: ['(t) k=1', 'a k=1^ k=2'],
    },
    {
      what: '(+) adds to the first',
      files: { 'x.conf': '[a]\nk = 1\n[b]\n[a](+)\nk = 2\n' },
      want: ['a k=1 k=2', 'b'],
      places: 'x.conf:5',
    },
    { what: '+= goes on', files: { 'x.conf': '[a]\nk = 1\nk += ,2\n' }, want: ['a k=1 k=1 ,2'] },
    {
      what: 'an include puts its first lines into the current section, and ours goes on after it',
      files: { 'x.conf': '[a]\n#include "y.conf"\nk = 3\n', 'y.conf': 'k = 1\n[b]\nk = 2\n' },
      want: ['a k=1 k=3', 'b k=2'],
      places: 'x.conf:3',
    },
    {
      what: 'by pattern, in the order of names; quotes of both kinds',
      files: {
        'x.conf': '#include <d/*.conf>\n#tryinclude "none.conf"\n',
        'd/2.conf': '[two]\n',
        'd/1.conf': '[one]\n',
        'd/.hidden.conf': '[hidden]\n',
      },
      want: ['one', 'two'],
    },
    {
      what: 'by a whole path',
      files: { 'x.conf': '#include /etc/asterisk/y.conf\n', 'y.conf': '[b]\n' },
      want: ['b'],
    },
  ];
  for (const { what, files, want, places } of rows) {
    const { sections, problems } = readConf(filesOf(asteriskOf(files)), '/etc/asterisk', 'x.conf');
    const told = sections.map(({ name, template, variables }) =>
      [
        template ? `(${name})` : name,
        ...variables.map((each) => `${each.name}=${each.value}${each.inherited ? '^' : ''}`),
      ].join(' '),
    );
    assert.deepEqual(told, want, what);
    assert.deepEqual(problems, [], what);
    const last = lastOf(sections[0], 'k');
    if (places !== undefined)
      assert.equal(`${last?.file}:${last?.line}`, `/etc/asterisk/${places}`, what);
  }
});

test('what cannot be read surely is a problem with its place', () => {
  const rows: [Record<string, string>, string, RegExp][] = [
    [{ 'x.conf': '[a]\n#exec /bin/true\n' }, 'x.conf:2', /#exec/],
    [{ 'x.conf': '#include gone.conf\n' }, 'x.conf:1', /missing: gone.conf/],
    [{ 'x.conf': '#include /srv/{a,b}.conf\n' }, 'x.conf:1', /cannot be followed/],
    [{ 'x.conf': '#include ../other.conf\n' }, 'x.conf:1', /cannot be followed/],
    [{ 'x.conf': '[a](t)\n' }, 'x.conf:1', /\(t\) names a section/],
    [{ 'x.conf': '[a](+type=endpoint)\n' }, 'x.conf:1', /filter/],
    [{ 'x.conf': '[a\nk = 1\n' }, 'x.conf:1', /does not end/],
    [{ 'x.conf': 'k = 1\n' }, 'x.conf:1', /before the first section/],
    [
      { 'x.conf': '[a]\n; BEGIN ghostgate 000000000000\nk\n; END ghostgate\n' },
      'x.conf:2',
      /was changed/,
    ],
    [{ 'x.conf': '#include x.conf\n' }, 'x.conf:1', /too deeply/],
  ];
  for (const [files, where, what] of rows) {
    const { problems } = readConf(filesOf(asteriskOf(files)), '/etc/asterisk', 'x.conf');
    const [first] = problems;
    assert.equal(first?.where, `/etc/asterisk/${where}`);
    assert.match(first?.what ?? '', what);
    assert.notEqual(first?.hint ?? '', '');
  }
});
