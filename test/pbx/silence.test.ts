import assert from 'node:assert/strict';
import { it } from 'node:test';
import { watchSilence } from '../../src/pbx/silence.ts';

it('a stall of our own is no silence: what waits is read before anything is asked', async () => {
  const told: string[] = [];
  let stop: (() => void) | undefined;
  const dead = new Promise<void>((resolve) => {
    stop = watchSilence({
      pingEveryMs: 40,
      deadAfterMs: 80,
      read: () => 0,
      ping: () => told.push('ping'),
      dead: () => resolve(),
    });
  });
  const until = performance.now() + 1100;
  while (performance.now() < until);
  // The look that was due during the stall comes first.
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(told, []);
  await dead;
  stop?.();
  assert.deepEqual(told, ['ping']);
});
