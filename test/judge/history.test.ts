import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Measure } from '../../src/judge/history.ts';
import { measureOf } from '../../src/judge/history.ts';
import type { Answer } from '../../src/judge/verdict.ts';
import { call, plain } from './fixture.ts';

test('what a verdict counts as', () => {
  const ghost = call();
  const wrong = plain('auth-failure');
  const rows: [
    typeof ghost | typeof wrong,
    Answer,
    string,
    Measure | undefined,
    Measure | undefined,
  ][] = [
    // event, answer, rule, in observe mode, in enforce mode
    [ghost, 'ban', 'canary', 'would-stop', undefined],
    [ghost, 'reject', 'stranger-call', 'would-stop', undefined],
    [ghost, 'watch', 'stranger-call', 'let-through', 'let-through'],
    [ghost, 'pass', 'no-rule', 'let-through', 'let-through'],
    [ghost, 'pass', 'trunk', 'passed', 'passed'],
    [ghost, 'pass', 'registered', 'passed', 'passed'],
    [wrong, 'watch', 'auth-failure', 'attempt', 'attempt'],
    [wrong, 'ban', 'auth-failure', 'attempt', 'attempt'],
    [wrong, 'pass', 'trunk', undefined, undefined],
  ];
  for (const [event, answer, rule, observed, enforced] of rows) {
    const verdict = { answer, rule, why: '', proof: 'forgeable', target: '192.0.2.1' } as const;
    assert.equal(measureOf(event, verdict, 'observe'), observed, `${answer} ${rule}`);
    assert.equal(measureOf(event, verdict, 'enforce'), enforced, `${answer} ${rule}`);
  }
});
