import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatDuration, LONGEST_SECONDS, parseDuration } from '../../src/policy/duration.ts';

test('parseDuration reads a whole number and a unit, and nothing else', () => {
  const table: [string, number | undefined][] = [
    ['30s', 30],
    ['10m', 600],
    ['4h', 14_400],
    ['2d', 172_800],
    ['1w', 604_800],
    ['3650d', LONGEST_SECONDS],
    ['3651d', undefined],
    ['999999999w', undefined],
    ['0s', undefined],
    ['010m', undefined],
    ['1.5h', undefined],
    ['-1h', undefined],
    ['1h30m', undefined],
    ['10', undefined],
    ['10 m', undefined],
    ['10M', undefined],
    ['1y', undefined],
    ['1e3s', undefined],
    ['١s', undefined],
    ['1h\n', undefined],
    ['', undefined],
    ['9'.repeat(100_000), undefined],
  ];
  for (const [text, want] of table) assert.equal(parseDuration(text), want, text.slice(0, 20));
});

test('formatDuration uses the largest unit that loses nothing', () => {
  const table: [number, string][] = [
    [600, '10m'],
    [90, '90s'],
    [86_400, '1d'],
    [604_800, '7d'],
    [5400, '90m'],
  ];
  for (const [seconds, want] of table) assert.equal(formatDuration(seconds), want);
});

test('what formatDuration writes parseDuration reads', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: LONGEST_SECONDS }), (seconds) => {
      assert.equal(parseDuration(formatDuration(seconds)), seconds);
    }),
  );
});
