import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { reconcile } from '../../src/enforce/reconcile.ts';
import type { Ban } from '../../src/judge/verdict.ts';

const NOW = 1_000_000;

function ban(target: string, changes: Partial<Ban> = {}): Ban {
  return {
    target,
    since: NOW - 1000,
    until: NOW + 1000,
    rule: 'auth-failure',
    why: 'because',
    proof: 'proven',
    quarantine: false,
    by: 'judge',
    ...changes,
  };
}

test('the difference between what is wanted and what is present', () => {
  const wanted = [ban('1.1.1.1'), ban('2.2.2.2'), ban('3.3.3.3', { until: NOW })];
  const found = reconcile(wanted, new Set(['2.2.2.2', '3.3.3.3', '4.4.4.4']), NOW);
  assert.deepEqual(found, { ban: [wanted[0]], release: ['3.3.3.3', '4.4.4.4'] });
});

test('a place that is too small holds by hand, jail, the longest, the newest', () => {
  const order = [
    ban('1.0.0.5', { by: 'hand', quarantine: true }),
    ban('1.0.0.4', { until: NOW + 5000 }),
    ban('1.0.0.3', { since: NOW - 500, until: NOW + 1500 }),
    ban('1.0.0.2'),
    ban('1.0.0.1', { quarantine: true, until: NOW + 9000 }),
  ];
  for (let capacity = 0; capacity <= order.length; capacity++) {
    const found = reconcile(order.toReversed(), new Set(), NOW, capacity);
    const want = order.slice(0, capacity).map(({ target }) => target);
    assert.deepEqual(new Set(found.ban.map(({ target }) => target)), new Set(want));
  }
});

test('of two bans of one target the later end counts', () => {
  const long = ban('1.1.1.1', { until: NOW + 9000 });
  assert.deepEqual(reconcile([ban('1.1.1.1'), long], new Set(), NOW).ban, [long]);
});

const target = fc.integer({ min: 1, max: 30 }).map((at) => `192.0.2.${at}`);
const bans = fc.array(
  fc.record({ target, until: fc.integer({ min: -5, max: 50 }), quarantine: fc.boolean() }),
  { maxLength: 40 },
);

test('applying the difference gives exactly the wanted set, capped', () => {
  fc.assert(
    fc.property(bans, fc.array(target), fc.integer({ min: 0, max: 40 }), (rows, held, capacity) => {
      const wanted = rows.map(({ until, ...row }) =>
        ban(row.target, { ...row, until: NOW + until }),
      );
      const place = new Set(held);
      const first = reconcile(wanted, place, NOW, capacity);
      for (const gone of first.release) assert.ok(place.delete(gone));
      for (const one of first.ban) {
        assert.ok(one.until > NOW);
        assert.ok(!place.has(one.target));
        place.add(one.target);
      }
      const inForce = new Set(wanted.filter(({ until }) => until > NOW).map((one) => one.target));
      assert.equal(place.size, Math.min(capacity, inForce.size));
      for (const one of place) assert.ok(inForce.has(one));
      assert.deepEqual(reconcile(wanted, place, NOW, capacity), { ban: [], release: [] });
    }),
  );
});
