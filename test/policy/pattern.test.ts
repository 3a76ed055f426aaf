import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { matchesPattern, patternMistake } from '../../src/policy/pattern.ts';
import { DIALLED_PATTERNS } from '../../src/policy/scanners.ts';

test('a pattern is looked for anywhere, in any case', () => {
  const rows: [string, string, boolean][] = [
    ['^00972', '00972597562518', true],
    ['^00972', '100972597562518', false],
    ['59[0-9]{7}$', '00972597562518', true],
    ['yealink|snom', 'YEALINK SIP-T46S', true],
    ['^\\+\\+', '++441772285411', true],
    ['^[[:alpha:]]+$', 'sipvicious', true],
    ['^\\p{Greek}+$', 'αβγ', true],
    ['a.c', 'a\nc', false],
  ];
  for (const [pattern, text, found] of rows) {
    assert.equal(patternMistake(pattern), undefined, pattern);
    assert.equal(matchesPattern(pattern, text), found, `${pattern} in ${text}`);
  }
});

test('what hangs a JavaScript RegExp costs next to nothing', () => {
  const text = `${'a'.repeat(127)}!`;
  for (const pattern of ['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*a){12}$', '^(([a-z])+.)+[A-Z]$']) {
    if (patternMistake(pattern) !== undefined) continue;
    matchesPattern(pattern, text);
    const startedAt = performance.now();
    for (let at = 0; at < 10; at++) matchesPattern(pattern, text);
    assert.ok((performance.now() - startedAt) / 10 < 20, pattern);
  }
});

test('no pattern that is let through throws, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 128 }), (pattern, text) => {
      if (patternMistake(pattern) === undefined) matchesPattern(pattern, text);
    }),
    { numRuns: 500 },
  );
});

test('the built-in patterns spare what honest people dial', () => {
  const honest = [
    '6001',
    '112',
    '0201234567',
    '+31201234567',
    '0031201234567',
    '01131201234567',
    '0800 1234567',
    '+31(0)201234567',
    '*67',
    '#31#0201234567',
    'anna.meier',
    's',
  ];
  const junk = [
    '000972597562518',
    '00046500729221',
    '+00972595725668',
    '++441772285411',
    '9011972597634123',
    '9810972597751739',
    '900972592577956',
    "'or''='",
  ];
  for (const pattern of DIALLED_PATTERNS) assert.equal(patternMistake(pattern), undefined, pattern);
  assert.deepEqual(honest.filter(isFound), []);
  assert.deepEqual(
    junk.filter((number) => !isFound(number)),
    [],
  );
});

function isFound(number: string): boolean {
  return DIALLED_PATTERNS.some((pattern) => matchesPattern(pattern, number));
}
