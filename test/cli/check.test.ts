import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from '../../src/cli/check.ts';
import { policyFolder } from '../policy/folder.ts';

test('check says what is wrong, counts it, and exits as scripts expect', async (t) => {
  const { folder, told } = policyFolder(t, 'good', 'bad');
  const good = join(folder, 'good/design.yaml');
  const bad = join(folder, 'bad/nothing-given.yaml');
  const isGood =
    'good/design.yaml is good: site acme-hq, mode observe, 1 PBX, 1\ntrunk, 1 trusted network, 15 rules, bans go to nftables, asterisk-acl\n';
  const table: [string[], number, string | RegExp, string | RegExp][] = [
    [[good], 0, isGood, ''],
    [['--policy', good], 0, isGood, ''],
    [['-p', good, '--json'], 0, /"good": true,\s+"problems": \[\]/, ''],
    [[bad], 1, '', /:1:1 site: is missing .*\n.*:1:1 pbxs: .*\n2 mistakes in bad.nothing-given/],
    [[bad, '--json'], 1, /"good": false,[^]*"line": 1,\s+"column": 1,\s+"path": "site"/, ''],
    [['no-such.yaml'], 1, '', /^no-such.yaml: cannot be read: .*\n1 mistake in no-such.yaml\n$/],
    [[], 2, '', /name the policy\nTry: /],
    [[good, bad], 2, '', /name one policy/],
    [['--verbose', good], 2, '', /--verbose/],
    [['--help'], 0, /^ghostgate check FILE/, ''],
  ];
  for (const [args, exit, wantOut, wantErr] of table) {
    let out = '';
    let err = '';
    const code = await check(args, {
      out: (text) => (out += `${told(text)}\n`),
      err: (text) => (err += `${told(text)}\n`),
    });
    const name = args.map(told).join(' ');
    assert.equal(code, exit, name);
    if (typeof wantOut === 'string') assert.equal(out, wantOut, name);
    else assert.match(out, wantOut, name);
    if (typeof wantErr === 'string') assert.equal(err, wantErr, name);
    else assert.match(err, wantErr, name);
  }
});
