import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isOurList, listEntries, listText, listTrunks } from '../../src/enforce/acl-xml.ts';
import type { Ban } from '../../src/judge/verdict.ts';

const target = fc.oneof(
  fc.ipV4().filter((address) => address !== '0.0.0.2'),
  fc.integer({ min: 0, max: 255 }).map((at) => `2001:db8:${(at + 1).toString(16)}::/64`),
  fc.constantFrom('10.0.0.0/8', '2001:db8::7'),
);
const entry = fc.record(
  {
    target,
    since: fc.integer({ min: 1, max: 4e12 }),
    until: fc.integer({ min: 1, max: 4e12 }),
    quarantine: fc.boolean(),
    by: fc.constantFrom<Ban['by']>('judge', 'hand'),
  },
  { noNullPrototype: true },
);

test('the file tells its bans and trunks again', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 100 }), fc.array(target), (entries, trunks) => {
      const text = listText('ghostgate', entries, trunks);
      assert.ok(isOurList(text));
      assert.deepEqual(listEntries(text), entries);
      assert.deepEqual(listTrunks(text), trunks);
    }),
  );
});

test('any file is read without a fault, and a ban by hand has no end', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void listEntries(text)));
  const byHand = '<node type="deny" cidr="203.0.113.9/32,x,198.51.100.0/24"/>';
  const [first, second, ...others] = listEntries(byHand);
  assert.deepEqual(first, {
    target: '203.0.113.9',
    since: 0,
    until: Infinity,
    quarantine: false,
    by: 'judge',
  });
  assert.equal(second?.target, '198.51.100.0/24');
  assert.deepEqual(others, []);
});

test('a comment holds no second hyphen and no word that FreeSWITCH drops lines for', () => {
  const text = listText('ghostgate', [], []);
  for (const comment of text.matchAll(/<!--(.*?)-->/gs))
    assert.doesNotMatch(comment[1] ?? '--', /--/);
  const dropped = text.split('\n').filter((line) => /include>|<\?|pre-process|<!--#/i.test(line));
  assert.deepEqual(dropped, ['<include>', '</include>']);
});
