import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../src/policy/nearest.ts';

test('nearest finds the word that was meant, or none', () => {
  const words = ['auth-failure', 'acl-denied', 'flood', 'from_strangers', 'trunks', 'tls'];
  const table: [string, string | undefined][] = [
    ['auth_failure', 'auth-failure'],
    ['authFailure', 'auth-failure'],
    ['auth-failrue', 'auth-failure'],
    ['folod', 'flood'],
    ['trunk', 'trunks'],
    ['from-stranger', 'from_strangers'],
    ['ssl', undefined],
    ['x', undefined],
    ['', undefined],
    ['whatever', undefined],
    ['t'.repeat(100_000), undefined],
  ];
  for (const [word, want] of table) assert.equal(nearest(word, words), want, word.slice(0, 20));
});
