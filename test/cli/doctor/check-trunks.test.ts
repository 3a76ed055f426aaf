import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTrunks } from '../../../src/cli/doctor/check-trunks.ts';
import type { TrunkProposal } from '../../../src/pbx/trunks.ts';
import type { TrunkPolicy } from '../../../src/policy/policy-trunks.ts';
import { policyOf, trunk } from '../../judge/fixture.ts';

const NAMED: TrunkPolicy = { ...trunk(), name: 'named', networks: [], hosts: ['sip.two.example'] };
const policy = { ...policyOf(), trunks: [trunk(), NAMED] };
const resolved = ({ name, networks }: TrunkPolicy) =>
  name === 'named' ? ['198.51.100.40'] : networks;

function look(...trunks: (Pick<TrunkProposal, 'sources'> & { name?: string })[]) {
  const told = trunks.map(({ name = 'gntel', sources }) => {
    return { name, endpoint: name, sources, why: 'identify' };
  });
  return checkTrunks([{ pbx: 'acme', trunks: told }], policy, resolved);
}

test('a PBX whose trunks are all in the policy, by address, prefix, name and what a name stands for', () => {
  const found = look(
    { sources: ['203.0.113.5', '203.0.113.8/29'] },
    { name: 'two', sources: ['sip.two.example', '198.51.100.40'] },
    { name: 'lan', sources: ['10.20.0.9'] },
  );
  assert.deepEqual(
    found.map(({ level, check }) => [level, check]),
    [['ok', 'trunks']],
  );
});

test('a trunk that the policy has not comes with the lines to paste', () => {
  const [found] = look({ name: 'new', sources: ['sip.new.example', '2001:db8::7'] });
  assert.equal(found?.level, 'warning');
  assert.match(found.what, /^acme has a trunk new \(identify\) that is not in the policy: /);
  assert.deepEqual(found.fix?.lines, [
    'trunks:',
    '  - name: new',
    "    sources: [sip.new.example, '2001:db8::7']",
  ]);
});

test('a trunk that has more at the PBX is written out as a whole', () => {
  for (const [name, sources, added] of [
    ['gntel', ['203.0.113.77'], '203.0.113.77'],
    ['other', ['203.0.113.5', '203.0.113.77'], '203.0.113.77'],
    ['gntel', ['203.0.113.0/24'], '203.0.113.0/24'],
  ] as const) {
    const [found] = look({ name, sources });
    assert.match(found?.what ?? '', /trunk gntel of the policy has not/);
    assert.equal(found?.fix?.lines?.[2], `    sources: [203.0.113.0/28, ${added}]`);
  }
});

test('a trunk that the PBX does not know is a note; a PBX that does not tell is told', () => {
  const levels = look({ sources: ['203.0.113.5'] }).map(({ level, what }) => `${level} ${what}`);
  assert.match(levels[1] ?? '', /^ok the PBX is not configured with trunk named; /);
  const [silent, ...more] = checkTrunks([{ pbx: 'acme', trunks: undefined }], policy, resolved);
  assert.deepEqual([silent?.level, more], ['unseen', []]);
  assert.deepEqual(checkTrunks([], policy, resolved), []);
});
