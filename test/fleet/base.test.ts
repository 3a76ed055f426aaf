import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readBase, sealBase, sha256Of } from '../../src/fleet/base.ts';
import { seal } from '../../src/fleet/envelope.ts';
import { takeOrder } from '../../src/fleet/inbox.ts';
import { withRing } from '../../src/fleet/operator-bases.ts';
import { keptOrder, sealOrder } from '../../src/fleet/order.ts';
import { readRings, ringOrderOf } from '../../src/fleet/rollout-order.ts';
import { MOST_BASE_BYTES } from '../../src/fleet/words.ts';
import { START } from '../judge/fixture.ts';
import { newKeys } from './nats.ts';

const operator = newKeys();
const other = newKeys();
const BASE = { version: 5, at: START, because: 'a test', text: 'mode: enforce\n# "quoted"\\\n' };
const read = (text: string) => readBase(Buffer.from(text), operator.key.publicKey);

test('a base is read as it was published, and no bit of it may change', () => {
  const sealed = sealBase(BASE, operator.key);
  assert.deepEqual(read(sealed), BASE);
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 127 }), (at, by) => {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ by;
      assert.ok('refused' in readBase(changed, operator.key.publicKey), `byte ${at}`);
    }),
    { numRuns: 200 },
  );
});

const body = (head: object, text: string): string => `${JSON.stringify(head)}\n${text}`;
const head = { v: 1, version: 5, at: START, because: 'x', sha256: sha256Of('mode: enforce') };
const LONG = 'x'.repeat(MOST_BASE_BYTES + 1);
const refusals: readonly [string, string, RegExp][] = [
  ['signed by another key', sealBase(BASE, other.key), /operator's key/],
  [
    'signed as an order',
    seal('order', body(head, 'mode: enforce'), operator.key),
    /operator's key/,
  ],
  ['a changed text', seal('policy', body(head, 'mode: observe'), operator.key), /not the one/],
  ['a too long text', sealBase({ ...BASE, text: LONG }, operator.key), /too long/],
  ['far too long', sealBase({ ...BASE, text: LONG + LONG }, operator.key), /too long/],
  ['version 0', seal('policy', body({ ...head, version: 0 }, ''), operator.key), /not know/],
  ['of another kind', seal('policy', body({ ...head, v: 2 }, ''), operator.key), /not know/],
  ['without a head', seal('policy', 'mode: enforce', operator.key), /not know/],
  ['without a reason', seal('policy', body({ ...head, because: 1 }, ''), operator.key), /not know/],
];
for (const [what, sealed, why] of refusals) {
  test(`a base that is ${what} is refused`, () => {
    const found = read(sealed);
    assert.ok('refused' in found);
    assert.match(found.refused, why);
  });
}

const ring = { ring: 'canary', version: 5, sha256: sha256Of('x'), since: START };
const rings: readonly [string, unknown, boolean][] = [
  ['one ring', [ring], true],
  ['none under it', [{ ...ring, version: 0, sha256: '' }], true],
  ['nothing', [], false],
  ['no list', { canary: 5 }, false],
  ['twice the same', [ring, ring], false],
  ['a name that is none', [{ ...ring, ring: '../x' }], false],
  ['no digest', [{ ...ring, sha256: 'abc' }], false],
  ['no time', [{ ...ring, since: -1 }], false],
  ['too many', Array.from({ length: 9 }, (_, at) => ({ ...ring, ring: `r${at}` })), false],
];
test('what a rollout may say', () => {
  for (const [what, value, good] of rings) assert.equal(readRings(value) !== undefined, good, what);
});

test('a rollout that is older than the last is known, and one of another key is refused', () => {
  const order = {
    order: 'rollout',
    at: START,
    rings: [ring],
    soakSeconds: 900,
    because: 'x',
  } as const;
  const roll = { members: new Map(), heard: new Map(), freed: new Map(), allowAt: 0, rolloutAt: 0 };
  const take = (sealed: string, rolloutAt = 0) =>
    takeOrder(Buffer.from(sealed), operator.key.publicKey, { ...roll, rolloutAt }, START);
  assert.deepEqual(take(sealOrder(order, operator.key)), { took: order });
  assert.deepEqual(take(sealOrder(order, operator.key), START), { known: true });
  assert.deepEqual(take(sealOrder({ ...order, at: START - 1 }, operator.key), START), {
    known: true,
  });
  assert.ok('refused' in take(sealOrder(order, other.key)));
  assert.deepEqual(keptOrder(JSON.stringify(order)), order);
});

test('a site in no ring is in the last, and a ring that was told nothing keeps what it has', () => {
  const canary = withRing([], 'canary', BASE, START, true);
  assert.equal(ringOrderOf({ rings: canary }, 'canary')?.version, 5);
  assert.equal(ringOrderOf({ rings: canary }, 'all'), undefined);
  const both = withRing(canary, 'all', BASE, START, true);
  assert.equal(ringOrderOf({ rings: both }, 'elsewhere')?.version, 5);
  const next = withRing(both, 'canary', { version: 6, text: 'x' }, START + 1, true);
  assert.equal(next[0]?.before, 5);
  // The way back leads on from what was had before, not to what was left.
  const back = withRing(next, 'canary', BASE, START + 2, false);
  assert.deepEqual([back[0]?.version, back[0]?.before], [5, undefined]);
});
