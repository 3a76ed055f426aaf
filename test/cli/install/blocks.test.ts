import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  edited,
  linesOf,
  ownFile,
  withoutBlocks,
  type Edit,
} from '../../../src/cli/install/blocks.ts';

test('a block is what a person can read, and carries what it stands for', () => {
  const rows: [string, 'conf' | 'xml', Edit[], RegExp][] = [
    [
      'a\r',
      'conf',
      [{ at: 'instead', line: 1, lines: ['b'] }],
      /^; BEGIN.*\n; was: a\r\nb\n; END ghostgate$/,
    ],
    ['\r', 'conf', [{ at: 'end', lines: ['b'] }], /^\r\n; BEGIN.* line\nb\n; END ghostgate\n$/],
    [
      'a = 1\n',
      'conf',
      [{ at: 'end', lines: ['b = 2'] }],
      /^a = 1\n; BEGIN ghostgate [0-9a-f]{12}\nb = 2\n; END ghostgate\n$/,
    ],
    [
      'a = 1',
      'conf',
      [{ at: 'end', lines: ['b'] }],
      /^a = 1\n; BEGIN ghostgate [0-9a-f]{12}, after an unfinished line\nb\n; END ghostgate\n$/,
    ],
    [
      '',
      'conf',
      [{ at: 'end', lines: ['b'] }],
      /^; BEGIN ghostgate [0-9a-f]{12}\nb\n; END ghostgate\n$/,
    ],
    [
      'a\r\nb\r\n',
      'conf',
      [{ at: 'instead', line: 1, lines: ['c'] }],
      /^; BEGIN ghostgate [0-9a-f]{12}\r\n; was: a\r\nc\r\n; END ghostgate\r\nb\r\n$/,
    ],
    [
      '<x>\n</x>\n',
      'xml',
      [{ at: 'after', line: 1, lines: ['<y/>'] }],
      /^<x>\n<!-- BEGIN ghostgate [0-9a-f]{12} -->\n<y\/>\n<!-- END ghostgate -->\n<\/x>\n$/,
    ],
  ];
  for (const [text, style, edits, want] of rows) {
    const after = edited(text, style, edits);
    assert.match(after, want);
    assert.deepEqual(withoutBlocks(after, style), { text });
  }
});

test('whatever the text, taking the blocks out gives it back byte for byte', () => {
  const line = fc.string({
    unit: fc
      .integer({ min: 1, max: 255 })
      .filter((code) => code !== 10)
      .map((code) => String.fromCharCode(code)),
    maxLength: 30,
  });
  const text = fc
    .tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, ended]) => lines.join(end) + (ended && lines.length > 0 ? end : ''));
  const edit = fc.record({
    at: fc.constantFrom('end', 'after', 'instead'),
    line: fc.integer({ min: 1, max: 8 }),
    lines: fc.array(fc.constantFrom('a = 1', '[x]', '#include y'), { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(text, fc.array(edit, { maxLength: 5 }), (before, edits) => {
      const lines = linesOf(before).length;
      const fitting = edits.filter(({ at, line: at1 }) => at === 'end' || at1 <= lines);
      const after = edited(before, 'conf', fitting);
      assert.deepEqual(withoutBlocks(after, 'conf'), { text: before });
    }),
    { numRuns: 500 },
  );
});

test('a change inside our text is seen, one around it is not ours to mind', () => {
  const whole = edited('a\nb\n', 'conf', [
    { at: 'after', line: 1, lines: ['ours = 1', 'ours = 2'] },
  ]);
  const rows: [string, object][] = [
    [`; more\n${whole}tail\n`, { text: '; more\na\nb\ntail\n' }],
    [whole.replace('ours = 2', 'ours = 3'), { changedAt: 2 }],
    [whole.replace('ours = 2\n', ''), { changedAt: 2 }],
    [whole.replace('; END ghostgate\n', ''), { changedAt: 2 }],
    [whole.replace(/; BEGIN.*\n/, ''), { changedAt: 4 }],
    [`${ownFile('conf', 'x\n')}${whole}`, { text: 'a\nb\n' }],
  ];
  for (const [text, want] of rows) assert.deepEqual(withoutBlocks(text, 'conf'), want, text);
});
