import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { changeQueue } from '../../src/enforce/change-queue.ts';
import type { Change } from '../../src/enforce/nft-table.ts';

test('change queue: the last word about a target wins, whatever comes between', async () => {
  const call = fc.record({
    targets: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }),
    many: fc.boolean(),
    turns: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
      const place = new Map<string, number | undefined>();
      const wanted = new Map<string, number | undefined>();
      const busy = new Set<string>();
      const queue = changeQueue(async (changes) => {
        for (const { target } of changes) {
          assert.ok(!busy.has(target), 'two writes of one target at once');
          busy.add(target);
        }
        assert.ok(changes.length <= 50);
        await turn();
        for (const { target, until } of changes) {
          place.set(target, until);
          busy.delete(target);
        }
      }, 50);
      const done: Promise<void>[] = [];
      for (const [at, { targets, many, turns }] of calls.entries()) {
        // A hundred others make it a load that goes the slow lane.
        const others = many ? Array.from({ length: 100 }, (_, other) => `other ${other}`) : [];
        const changes = [...targets.map((target) => `target ${target}`), ...others].map(
          (target): Change => ({ target, until: at }),
        );
        for (const { target, until } of changes) wanted.set(target, until);
        done.push(queue.put(changes));
        for (let waited = 0; waited < turns; waited++) await turn();
      }
      await Promise.all(done);
      assert.deepEqual(place, wanted);
    }),
    { numRuns: 50 },
  );
});

test('change queue: a few overtake many, and many share a write', async () => {
  const writes: number[] = [];
  const queue = changeQueue(async (changes) => {
    await turn();
    writes.push(changes.length);
  }, 1_000);
  const many = Array.from({ length: 5_000 }, (_, at): Change => ({ target: `${at}`, until: 1 }));
  const load = queue.put(many).then(() => 'load');
  const verdict = queue.put([{ target: 'one', until: 1 }]).then(() => 'verdict');
  assert.equal(await Promise.race([load, verdict]), 'verdict');
  await load;
  assert.deepEqual(writes, [1_000, 1, 1_000, 1_000, 1_000, 1_000]);
});

test('change queue: a fault reaches those it concerns and no others', async () => {
  const queue = changeQueue((changes) => {
    const bad = changes.some(({ target }) => target === 'bad');
    return bad ? Promise.reject(new Error('refused')) : Promise.resolve();
  }, 1_000);
  await assert.rejects(queue.put([{ target: 'bad', until: 1 }]), /refused/);
  await queue.put([{ target: 'good', until: 1 }]);
});
