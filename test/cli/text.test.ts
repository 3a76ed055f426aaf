import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../src/cli/table.ts';
import { cut, pad, widthOf, wrap, wrapLines } from '../../src/cli/text.ts';
import { localTime, relative, span } from '../../src/cli/when.ts';

test('width is what a terminal shows', () => {
  const rows: [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['Zoë', 3],
    ['Zoe\u0308', 3],
    ['世界', 4],
    ['📞', 2],
    ['\u200b', 0],
  ];
  for (const [text, width] of rows) assert.equal(widthOf(text), width, JSON.stringify(text));
});

test('cut and pad keep to the columns', () => {
  const rows: [string, number, string][] = [
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abc def', 5, 'abc…'],
    ['世界世界', 5, '世界…'],
    ['世界世界', 6, '世界…'],
    ['abc', 1, '…'],
  ];
  for (const [text, columns, want] of rows) assert.equal(cut(text, columns), want);
  assert.equal(pad('世', 4), '世  ');
  assert.equal(pad('long', 2), 'long');
});

test('lines for a terminal go on indented, and a long word stays whole', () => {
  const rows: [string, string][] = [
    ['short\nlines', 'short\nlines'],
    ['one two three four', 'one two\n  three\n  four'],
    ['  ab cd ef gh', '  ab cd ef\n    gh'],
    ['at /a/very/long/path now', 'at\n  /a/very/long/path\n  now'],
  ];
  for (const [text, want] of rows) assert.equal(wrapLines(text, 10), want);
});

test('wrap breaks at spaces, and inside words that are too long', () => {
  const rows: [string, string, string][] = [
    ['', 'one two three four', 'one two\nthree four'],
    ['', 'one two three fours', 'one two\nthree\nfours'],
    ['- ', 'one two three', '- one two\n  three'],
    ['', 'abcdefghijklmnop', 'abcdefghij\nklmnop'],
    ['', '', ''],
  ];
  for (const [first, text, want] of rows) assert.equal(wrap(first, text, 10), want);
});

test('a table cuts the last column that may be cut first, and no other', () => {
  const columns = [{ title: 'A' }, { title: 'B', atLeast: 5 }, { title: 'C', atLeast: 10 }];
  const rows: [number, number, number][] = [
    [10, 10, 56],
    [10, 20, 46],
    [50, 16, 10],
    [64, 5, 10],
    [70, 5, 10],
  ];
  for (const [a, b, c] of rows) {
    const text = table(columns, [['a'.repeat(a), 'b'.repeat(b), 'c'.repeat(c)]]);
    assert.equal(text.split('\n')[1], `${'a'.repeat(a)}  ${'b'.repeat(b)}  ${'c'.repeat(c)}`);
    const longer = table(columns, [['a'.repeat(a), 'b'.repeat(b), 'c'.repeat(c + 9)]]);
    const [, row = ''] = longer.split('\n');
    assert.equal(row.split('  ')[2], `${'c'.repeat(c - 1)}…`);
  }
});

test('times are words', () => {
  const now = new Date(2026, 2, 1, 14, 5, 30).getTime();
  assert.equal(localTime(now), '2026-03-01 14:05');
  assert.equal(localTime(now, true), '2026-03-01 14:05:30');
  const rows: [number, string, string][] = [
    [0, '0s', 'now'],
    [999, '1s', 'now'],
    [45_000, '45s', 'in 45s'],
    [61_000, '1m', 'in 1m'],
    [-61_000, '0s', '1m ago'],
    [3_600_000, '1h', 'in 1h'],
    [12_000_000, '3h20m', 'in 3h20m'],
    [86_400_000, '1d', 'in 1d'],
    [-100_800_000, '0s', '1d4h ago'],
  ];
  for (const [ms, length, words] of rows) {
    assert.equal(span(ms), length);
    assert.equal(relative(now + ms, now), words);
  }
});
