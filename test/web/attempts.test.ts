import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAttempts } from '../../src/web/attempts.ts';

const WINDOW = 300_000;

test('eight tries from one address, sixty from all, then nobody for five minutes', () => {
  let now = 1_000_000;
  const attempts = createAttempts(() => now);
  const tries = (from: string, count: number) =>
    Array.from({ length: count }, () => attempts.take(from)).filter((isLast) => isLast).length;
  assert.equal(tries('192.0.2.1', 8), 1, 'the last one is told');
  assert.equal(attempts.waitSeconds('192.0.2.1'), 300);
  assert.equal(attempts.waitSeconds('192.0.2.2'), undefined, 'others may');
  for (let host = 10; host < 62; host++) attempts.take(`192.0.2.${host}`);
  assert.equal(attempts.waitSeconds('192.0.2.99'), 300, 'sixty guesses from everywhere');
  now += WINDOW - 500;
  assert.equal(attempts.waitSeconds('192.0.2.99'), 1);
  now += 500;
  assert.equal(attempts.waitSeconds('192.0.2.1'), undefined);
});

test('a right password gives its tries back', () => {
  const attempts = createAttempts(() => 1_000_000);
  for (let round = 0; round < 30; round++) {
    for (let at = 0; at < 7; at++) attempts.take('192.0.2.1');
    attempts.giveBack('192.0.2.1');
    if (attempts.waitSeconds('192.0.2.1') !== undefined) {
      assert.ok(round >= 8, 'what was wrong before counts for all of them');
      return;
    }
  }
  assert.fail('the bound for all of them was never met');
});
