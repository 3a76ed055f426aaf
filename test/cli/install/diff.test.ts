import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { unifiedDiff } from '../../../src/cli/install/diff.ts';
import { hideSecrets } from '../../../src/cli/install/hide.ts';

const asIs = (line: string): string => line;

test('a diff reads like that of diff -u', () => {
  const rows: [string | undefined, string | undefined, string][] = [
    ['a\n', 'a\n', ''],
    [undefined, 'a\n', '--- /dev/null\n+++ f\n@@ -0,0 +1,1 @@\n+a'],
    ['a\n', undefined, '--- f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a'],
    [
      '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
      '1\n2\n3\n4\nnew\n6\n7\n8\n9\n',
      '--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+new\n 6\n 7\n 8',
    ],
    ['a', 'a\nb\n', '--- f\n+++ f\n@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b'],
    ['\u001b[31m\n', '', '--- f\n+++ f\n@@ -1,1 +0,0 @@\n-\u{FFFD}[31m'],
    ['Ã¤\n', '', '--- f\n+++ f\n@@ -1,1 +0,0 @@\n-ä'],
  ];
  for (const [before, after, want] of rows)
    assert.equal(unifiedDiff('f', before, after, asIs), want);
});

test('whatever the texts, a diff tells both', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = unifiedDiff('f', before, after, asIs).split('\n').slice(3);
      // So short that all of it is within the context of any difference.
      if (before === after) return;
      const side = (gone: string): string =>
        lines
          .filter((line) => line !== '' && !line.startsWith(gone))
          .map((line) => `${line.slice(1)}\n`)
          .join('');
      assert.equal(side('+'), before);
      assert.equal(side('-'), after);
    }),
  );
});

test('no secret is shown, ours or theirs', () => {
  const hide = hideSecrets(['0123456789abcdef']);
  const rows: [string, string][] = [
    ['GHOSTGATE_TOKEN = 0123456789abcdef', 'GHOSTGATE_TOKEN = …'],
    ['secret = 0123456789abcdef', 'secret = …'],
    ['secret=theirs', 'secret=…'],
    ['  md5secret => abc ; x', '  md5secret => …'],
    ['; was: secret = theirs', '; was: secret = …'],
    ['outbound_password = theirs', 'outbound_password = …'],
    ['    <param name="password" value="theirs"/>', '    <param name="password" value="…"/>'],
    ['context = public', 'context = public'],
  ];
  for (const [line, want] of rows) assert.equal(hide(line), want);
});
