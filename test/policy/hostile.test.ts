import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { hasControl } from '../../src/event/text.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { problemText } from '../../src/policy/problem.ts';
import { samplePolicy } from '../../src/policy/sample.ts';
import { fromRoot } from '../root.ts';
import { ENV, policiesIn, policyFolder } from './folder.ts';

const wholes = (['good', 'bad'] as const).flatMap((part) =>
  policiesIn(part).map((name) => readFileSync(fromRoot('test/policies', part, name), 'utf8')),
);

const PIECES = [
  '{¦}¦[¦]¦:¦: ¦- ¦? ¦\n¦\n  ¦\t¦#¦&a ¦*a¦<<: ¦|¦!!str ¦!x ¦\'¦"¦\\¦%YAML 1.1\n¦---\n¦...¦~¦null¦off¦0x1f',
  '\0¦\u202E¦\u{1F47B}¦\uFEFF¦.inf¦1e999¦__proto__: ¦constructor: ¦10.0.0.0/8¦2001:db8::/32¦10m¦100',
  'site: ¦pbxs: ¦asterisk: ¦secret: ¦rules: ¦flood: ¦enforce: ¦jail: ¦extends: /¦extends: .¦ghostgate',
].flatMap((line) => line.split('¦'));

/** YAML-ish noise, and policies with pieces of it cut into them. */
const texts = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .tuple(
      fc.constantFrom(samplePolicy(), ...wholes),
      fc.array(fc.tuple(fc.nat(8000), fc.nat(40), fc.constantFrom(...PIECES)), { maxLength: 6 }),
    )
    .map(([whole, cuts]) =>
      cuts.reduce((text, [at, length, piece]) => {
        const from = at % (text.length + 1);
        return text.slice(0, from) + piece + text.slice(from + length);
      }, whole),
    ),
);

test('any text gives a policy or problems, each one clean line with a place', async (t) => {
  const { folder } = policyFolder(t);
  const file = join(folder, 'policy.yaml');
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      writeFileSync(file, text);
      const loaded = await loadPolicy(file, ENV);
      if ('policy' in loaded) return;
      assert.ok(loaded.problems.length > 0);
      for (const problem of loaded.problems) {
        assert.equal(hasControl(problemText(problem)), false, JSON.stringify(problem));
        assert.ok(problemText(problem).length < 1000);
        assert.ok(problem.line <= text.split(/\r?\n|\r/).length);
      }
    }),
    { numRuns: 150 },
  );
});

test('what would stall a careless reader is refused at once', async (t) => {
  const { folder, secrets } = policyFolder(t);
  const file = join(folder, 'policy.yaml');
  const table: [string, string, RegExp][] = [
    ['a million brackets', '['.repeat(1_000_000), /nested too deeply/],
    ['half a million hyphens', '- '.repeat(500_000), /nested too deeply/],
    ['too large', '#'.repeat(1024 * 1024 + 1), /is larger than 1048576 bytes/],
    ['a book of keys', Array.from({ length: 5000 }, (_, at) => `k${at}: 1\n`).join(''), /unknown/],
  ];
  for (const [name, text, want] of table) {
    writeFileSync(file, text);
    const loaded = await loadPolicy(file, ENV);
    const lines = 'problems' in loaded ? loaded.problems.map(problemText) : [];
    assert.ok(
      lines.some((line) => want.test(line)),
      name,
    );
    assert.ok(lines.length <= 100, name);
  }
  execFileSync('mkfifo', [join(secrets, 'pipe')]);
  for (const [path, want] of [
    [join(secrets, 'pipe'), /is not a file/],
    [secrets, /is a folder/],
    ['/dev/zero', /is not a file/],
    [join(secrets, 'absent'), /there is no such file/],
  ] as const) {
    const loaded = await loadPolicy(path, ENV);
    assert.match('problems' in loaded ? (loaded.problems[0]?.message ?? '') : '', want, path);
  }
});

test('no message ever holds a secret', async (t) => {
  const { folder } = policyFolder(t, 'bad');
  for (const name of policiesIn('bad').filter((each) => each.includes('secret'))) {
    const loaded = await loadPolicy(join(folder, 'bad', name), ENV);
    assert.doesNotMatch(JSON.stringify(loaded), /hunter2|12345678|from the|for all to read/, name);
  }
});
