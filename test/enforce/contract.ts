import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { EnforceError, type Enforcer } from '../../src/enforce/enforcer.ts';
import type { Ban } from '../../src/judge/verdict.ts';

/** A place that bans can be written to, empty, for one test. */
export interface Place {
  /** A new enforcer over the same place; time is told by `now` where it counts time itself. */
  make(now?: () => number): Enforcer;
  remove(): Promise<void> | void;
}

export interface ContractOptions {
  /** Makes an empty place, or says why this machine cannot. */
  place(t: TestContext): Promise<Place | string> | Place | string;
  /** How bans end: the place counts time itself, or goes by our clock, or cannot. */
  readonly expiry: 'own' | 'clock' | 'none';
  /** False when it forgets with the process. */
  readonly keeps: boolean;
}

/** What every enforcer must do, asked of the real place. */
export function enforcerContract(name: string, options: ContractOptions): void {
  // Each has a place of its own, and mostly waits for it.
  void describe(`${name}: contract`, { concurrency: 4 }, () => rules(name, options));
}

function rules(name: string, options: ContractOptions): void {
  const told = (rule: string, check: (place: Place) => Promise<void>): void => {
    void test(`${name}: ${rule}`, async (t) => {
      const place = await options.place(t);
      if (typeof place === 'string') return t.skip(place);
      try {
        await check(place);
      } finally {
        await place.remove();
      }
    });
  };

  told('holds what was banned, and only until released', async (place) => {
    const enforcer = place.make();
    await enforcer.open();
    await enforcer.open();
    assert.deepEqual(await held(enforcer), []);
    await enforcer.ban([V4, V6, PREFIX].map((target) => ban(target)));
    await enforcer.ban([ban(V4)]);
    await enforcer.ban([]);
    assert.deepEqual(await held(enforcer), [V6, PREFIX, V4].toSorted());
    await enforcer.release([V6, '203.0.113.77', '2001:db8:99::/64', '198.51.0.0/16']);
    await enforcer.release([]);
    assert.deepEqual(await held(enforcer), [PREFIX, V4].toSorted());
    await enforcer.release([V4, PREFIX]);
    assert.deepEqual(await held(enforcer), []);
    await enforcer.close();
  });

  told('holds prefixes of other lengths beside addresses within them', async (place) => {
    const enforcer = place.make();
    await enforcer.open();
    const targets = ['10.1.0.0/16', '10.1.2.0/24', '10.1.2.3', '2001:db8::/48', PREFIX];
    for (const target of targets) await enforcer.ban([ban(target)]);
    assert.deepEqual(await held(enforcer), targets.toSorted());
    await enforcer.release(['10.1.0.0/16']);
    assert.deepEqual(await held(enforcer), targets.slice(1).toSorted());
    await enforcer.close();
  });

  told('refuses what is not a canonical address, before anything is written', async (place) => {
    const enforcer = place.make();
    await enforcer.open();
    for (const bad of ['localhost', '1.2.3', '010.1.2.3', '::ffff:1.2.3.4', 'FE80::1', '', BAD]) {
      await assert.rejects(enforcer.ban([ban(V4), ban(bad)]), (error) => {
        assert.ok(error instanceof EnforceError && error.hint.length > 0);
        return true;
      });
    }
    assert.deepEqual(await held(enforcer), []);
    await enforcer.close();
  });

  told('takes a thousand at once, in the order of the calls', async (place) => {
    const enforcer = place.make();
    await enforcer.open();
    const many = Array.from({ length: 1_000 }, (_, at) => `10.7.${at >> 8}.${at & 255}`);
    // None is awaited: the last word about a target must win all the same.
    await Promise.all([
      enforcer.ban(many.map((target) => ban(target))),
      enforcer.ban([ban(V4)]),
      enforcer.release(many.slice(10)),
      enforcer.release([V4]),
      enforcer.ban([ban(V4)]),
    ]);
    assert.deepEqual(await held(enforcer), [...many.slice(0, 10), V4].toSorted());
    await enforcer.close();
  });

  if (options.keeps) {
    told('keeps bans over a restart of Ghostgate', async (place) => {
      const before = place.make();
      await before.open();
      await before.ban([ban(V4), ban(PREFIX), ban('10.1.2.0/24')]);
      await before.close();
      const after = place.make();
      await after.open();
      assert.deepEqual(await held(after), [PREFIX, V4, '10.1.2.0/24'].toSorted());
      await after.release([PREFIX, '10.1.2.0/24']);
      assert.deepEqual(await held(after), [V4]);
      await after.close();
    });
  }

  if (options.expiry === 'clock') {
    told('lets a ban end, and lengthens one that is banned again', async (place) => {
      let now = Date.now();
      const enforcer = place.make(() => now);
      await enforcer.open();
      await enforcer.ban([ban(V4, 60), ban(PREFIX, 60)]);
      await enforcer.ban([ban(V4, 600)]);
      now += 61_000;
      assert.deepEqual(await held(enforcer), [V4]);
      await enforcer.close();
    });
  }

  if (options.expiry === 'own') {
    told('lets a ban end, and lengthens one that is banned again', async (place) => {
      const enforcer = place.make();
      await enforcer.open();
      await enforcer.ban([ban(V4, 1), ban(PREFIX, 1)]);
      await enforcer.ban([ban(V4, 600)]);
      assert.ok((await enforcer.present()).has(V4));
      await eventually(async () => !(await enforcer.present()).has(PREFIX));
      assert.deepEqual(await held(enforcer), [V4]);
      await enforcer.close();
    });
  }
}

/** Polls until it holds; fails after ten seconds. */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, 'did not come to hold within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function ban(target: string, seconds = 600, more: Partial<Ban> = {}): Ban {
  const since = Date.now();
  return {
    target,
    since,
    until: since + seconds * 1000,
    rule: 'stranger-call',
    why: 'called from an unknown source',
    proof: 'proven',
    quarantine: false,
    by: 'judge',
    ...more,
  };
}

export async function held(enforcer: Enforcer): Promise<string[]> {
  return [...(await enforcer.present())].toSorted();
}

const V4 = '203.0.113.9';
const V6 = '2001:db8:1::7';
const PREFIX = '2001:db8:1:2::/64';
const BAD = '1.2.3.4 }; flush ruleset; add element inet x y { 1.2.3.4';
