import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnforceError, type Enforcer } from '../../src/enforce/enforcer.ts';
import { createKeeper, type Keeper } from '../../src/enforce/keeper.ts';
import { observe } from '../../src/enforce/observe.ts';
import type { Ban } from '../../src/judge/verdict.ts';
import { ban, held } from './contract.ts';

const A = '203.0.113.1';
const B = '203.0.113.2';

test('keeper: restores what is wanted and takes out what is not', async () => {
  const { keeper, place, wanted, reports } = await kept();
  await place.ban([ban('198.51.100.1')]);
  wanted.push(ban(A), ban(B));
  await keeper.open();
  assert.deepEqual(await held(place), [A, B]);
  assert.deepEqual(reports, [{ kind: 'restored', added: 2, released: 1 }]);
  assert.deepEqual(keeper.status()[0]?.drift, { added: 0, released: 0 });
});

test('keeper: a flushed place and foreign bans heal at the next tick, and are told as drift', async () => {
  const { keeper, place, wanted, reports } = await kept();
  await keeper.open();
  for (const one of [ban(A), ban(B)]) {
    wanted.push(one);
    await keeper.ban(one);
  }
  await place.release([A]);
  await place.ban([ban('198.51.100.1')]);
  await keeper.tick();
  assert.deepEqual(await held(place), [A, B]);
  assert.deepEqual(reports, [{ kind: 'drifted', added: 1, released: 1 }]);
  const [status] = keeper.status();
  assert.deepEqual(
    [status?.state, status?.present, status?.drift],
    ['ok', 2, { added: 1, released: 1 }],
  );
  await keeper.tick();
  assert.equal(reports.length, 1);
});

test('keeper: a ban whose time is over is taken out, and is no drift', async () => {
  const { keeper, place, wanted, reports } = await kept();
  await keeper.open();
  wanted.push(ban(A));
  await keeper.ban(ban(A));
  wanted.length = 0;
  await keeper.tick();
  assert.deepEqual(await held(place), []);
  assert.deepEqual(reports, []);
});

test('keeper: a fault is told once, and the tick makes good what was missed', async () => {
  const { keeper, place, wanted, reports, faults } = await kept();
  await keeper.open();
  faults.ban = new EnforceError('no answer', 'Look at it.');
  wanted.push(ban(A));
  await keeper.ban(ban(A));
  await keeper.ban(ban(A));
  assert.equal(keeper.status()[0]?.state, 'failing');
  assert.equal(keeper.status()[0]?.problem, 'no answer. Look at it.');
  faults.ban = undefined;
  await keeper.tick();
  assert.deepEqual(await held(place), [A]);
  assert.deepEqual(
    reports.map((report) => report.kind),
    ['failing', 'restored', 'recovered'],
  );
  assert.equal(keeper.status()[0]?.state, 'ok');
});

test('keeper: a place that could not be opened is opened by a later tick', async () => {
  const { keeper, place, wanted, faults } = await kept();
  faults.open = new Error('away');
  wanted.push(ban(A));
  await keeper.open();
  assert.equal(keeper.status()[0]?.state, 'failing');
  assert.deepEqual(await held(place), []);
  faults.open = undefined;
  await keeper.tick();
  assert.deepEqual(await held(place), [A]);
});

test('keeper: a place that never answers delays no other', async () => {
  const wanted: Ban[] = [];
  const quick = observe();
  const stuck: Enforcer = { ...observe(), name: 'stuck', ban: () => new Promise(() => {}) };
  const keeper = createKeeper([stuck, quick], { wanted: () => wanted, now: Date.now, report() {} });
  await keeper.open();
  wanted.push(ban(A));
  void keeper.ban(ban(A));
  assert.deepEqual(await held(quick), [A]);
  void keeper.release([A]);
  assert.deepEqual(await held(quick), []);
  void keeper.tick();
  void keeper.tick();
  const [first, second] = keeper.status();
  assert.equal(first?.state, 'failing');
  assert.equal(second?.name, 'observe');
});

test('keeper: acts too many for a stuck place are left to the tick', async () => {
  let asked = 0;
  const stuck: Enforcer = { ...observe(), ban: () => new Promise(() => asked++) };
  const keeper = createKeeper([stuck], { wanted: () => [], now: Date.now, report() {} });
  await keeper.open();
  for (let at = 0; at < 3_000; at++) void keeper.ban(ban(`10.1.${at >> 8}.${at & 255}`));
  assert.equal(asked, 1_000);
  assert.match(keeper.status()[0]?.problem ?? '', /too slow/);
});

test('keeper: what happens while the tick looks has the last word and is no drift', async () => {
  const { keeper, place, wanted, reports, faults } = await kept();
  await keeper.open();
  wanted.push(ban(A));
  await keeper.ban(ban(A));
  let look = nothing;
  faults.beforePresent = new Promise((resolve) => (look = resolve));
  const ticked = keeper.tick();
  wanted.push(ban(B));
  await keeper.ban(ban(B));
  wanted.splice(0, 1);
  await keeper.release([A]);
  look();
  await ticked;
  assert.deepEqual(await held(place), [B]);
  assert.deepEqual(reports, []);
});

test('keeper: saw is asked of the first place that can tell, and a fault leaves it open', async () => {
  const parts = { wanted: () => [], now: Date.now, report() {} };
  const seeing: Enforcer = { ...observe(), saw: (address) => Promise.resolve(address === A) };
  const broken: Enforcer = { ...observe(), saw: () => Promise.reject(new Error('gone')) };
  assert.deepEqual(await answers(createKeeper([observe(), seeing], parts)), [true, false]);
  assert.deepEqual(await answers(createKeeper([observe()], parts)), [undefined, undefined]);
  assert.deepEqual(await answers(createKeeper([broken], parts)), [undefined, undefined]);
});

interface Faults {
  open?: Error | undefined;
  ban?: Error | undefined;
  /** The place's answer is made at once, and comes only after this. */
  beforePresent?: Promise<void>;
}

async function kept() {
  const place = observe();
  const faults: Faults = {};
  const wanted: Ban[] = [];
  const reports: { kind: string }[] = [];
  const faulty: Enforcer = {
    ...place,
    async open() {
      if (faults.open) throw faults.open;
    },
    async present() {
      const present = await place.present();
      await faults.beforePresent;
      return present;
    },
    async ban(bans) {
      if (faults.ban) throw faults.ban;
      await place.ban(bans);
    },
  };
  const keeper = createKeeper([faulty], {
    wanted: () => wanted,
    now: Date.now,
    report: (_, report) => reports.push(report),
  });
  return { keeper, place, wanted, reports, faults };
}

async function answers(keeper: Keeper) {
  return [await keeper.saw(A), await keeper.saw(B)];
}

function nothing(): void {}

test('keeper: holds a target while it asks who was seen, and lets the unseen go', async () => {
  const place = observe();
  const holds: string[][] = [];
  const seeing: Enforcer = {
    ...place,
    async saw(address) {
      holds.push(await held(place));
      return address === A;
    },
  };
  const keeper = createKeeper([seeing], {
    wanted: () => [],
    now: Date.now,
    report: () => {},
  });
  assert.equal(await keeper.sawHolding(A, ban(A)), true);
  assert.equal(await keeper.sawHolding(B, ban(B)), false);
  assert.deepEqual(holds, [[A], [A, B]]);
  assert.deepEqual(await held(place), [A]);
});
