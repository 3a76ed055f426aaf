import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { pino } from 'pino';
import { createControl } from '../../src/daemon/control.ts';
import { fleetBan } from '../../src/daemon/fleet-ban.ts';
import { createFreeKnown } from '../../src/daemon/free-known.ts';
import { createLedger } from '../../src/daemon/ledger.ts';
import { createRelease } from '../../src/daemon/release.ts';
import { createShutter } from '../../src/daemon/shutter.ts';
import { createSurroundings } from '../../src/daemon/surroundings.ts';
import { createBreaker } from '../../src/enforce/breaker.ts';
import type { Enforcer } from '../../src/enforce/enforcer.ts';
import { type BanList, gateList } from '../../src/enforce/gate-list.ts';
import { createKeeper } from '../../src/enforce/keeper.ts';
import { parseNetwork } from '../../src/event/source.ts';
import { createStandings } from '../../src/judge/standings.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { call, policyOf, START, trunk } from '../judge/fixture.ts';
import { tempFolder } from '../store/temp.ts';

const ALWAYS = ['127.0.0.0/8', '::1'];

/** Close together, so that what is banned and what is protected meet. */
const network = fc
  .oneof(
    fc.tuple(
      fc.integer({ min: 0, max: 31 }).map((at) => `198.51.100.${at}`),
      fc.constantFrom(16, 24, 27, 28, 29, 30, 31, 32, 32, 32),
    ),
    fc.tuple(
      fc.integer({ min: 0, max: 3 }).map((at) => `2001:db8:0:${at}::1`),
      fc.constantFrom(48, 62, 63, 64, 64, 128),
    ),
    fc.constantFrom<[string, number]>(['127.0.0.1', 32], ['::1', 128], ['10.20.3.4', 32]),
  )
  .map(([address, bits]) => parseNetwork(`${address}/${bits}`) ?? '198.51.100.1');

/** All ways by which somebody is shut out, and what happens around them. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('rule' as const), target: network }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('hand' as const), target: network }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fleet' as const), target: network }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('trunk' as const), target: network }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('named' as const), target: network }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('trusted' as const), target: network }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), target: network }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mode' as const), target: network }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart' as const), target: network }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tick' as const), target: network }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lost' as const), target: network }) },
);

test('no address of a trunk, a trusted network or loopback is ever shut out, by any path', async (t) => {
  const folder = tempFolder(t);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const path = join(folder, String(run++));
      const site = openSite(path);
      try {
        for (const { do: what, target } of steps) await site.take(what, target);
      } finally {
        site.close();
        rmSync(path, { recursive: true, force: true });
      }
    }),
    { numRuns: 60 },
  );
});

/** The real parts from verdict to place, as daemon.ts wires them, with places that remember. */
function openSite(path: string) {
  let policy: Policy = { ...policyOf(), trust: { networks: ['10.20.0.0/16'], registered: true } };
  let named = new Map<string, readonly string[]>();
  const held = new Set<string>();
  const inGate = new Map<string, number>();
  const log = pino({ level: 'silent' });
  const journal = { banned: nothing, forged: nothing, released: nothing };
  const metrics = createMetrics();
  const current = (): Policy => policy;
  let store = openStore(path, { now, failed: nothing });
  let life = begin();

  function begin() {
    const standings = createStandings(1000);
    const ledger = createLedger(store, standings, () => policy.mode === 'enforce', START);
    const surroundings = createSurroundings(policy, store.graces(START), named);
    const world = () => surroundings.world;
    const keeper = createKeeper([remembering(), gated()], {
      wanted: () => ledger.wanted(),
      now,
      report: nothing,
    });
    const chronicle = {
      banned: nothing,
      refused: nothing,
      overBudget: nothing,
      released: nothing,
      follow: () => nothing,
      flush: nothing,
    };
    const basics = { policy: current, world, log, now };
    const common = { ...basics, keeper: () => keeper, ledger, standings, chronicle };
    const notices = { tell: nothing, settle: nothing, list: () => [] };
    const breaker = createBreaker();
    const injection = nothing;
    const shutter = createShutter({ ...common, breaker, metrics, notices, journal, injection });
    const release = createRelease({ ...common, surroundings, journal });
    const freeKnown = createFreeKnown({ world, ledger, release });
    const control = createControl({
      ...common,
      store,
      shutter,
      release,
      status: unused,
      reload: unused,
      lockdown: { view: unused, on: unused, confirm: unused, off: unused },
      telling: { status: unused, test: unused },
      feeds: { view: unused, accept: unused, refresh: unused },
    });
    return { ledger, surroundings, keeper, shutter, freeKnown, control };
  }

  function remembering(): Enforcer {
    return {
      name: 'observe',
      open: () => Promise.resolve(),
      present: () => Promise.resolve(new Set(held)),
      async ban(bans) {
        for (const { target } of bans) held.add(target);
        check();
      },
      async release(targets) {
        for (const target of targets) held.delete(target);
      },
      close: () => Promise.resolve(),
    };
  }

  function gated(): Enforcer {
    const list: BanList = {
      async put(bans) {
        for (const { key, until } of bans) inGate.set(key, until);
        check();
      },
      async remove(targets) {
        for (const target of targets) inGate.delete(target);
      },
      held: () => Promise.resolve(new Map(inGate)),
      canHold: () => true,
    };
    const options = { capacity: 1000, lists: () => [list], now, onSkipped: nothing };
    return gateList('asterisk-db', options);
  }

  function check(): void {
    const { trunks, trust } = policy;
    const protectedNow = [
      ...ALWAYS,
      ...trust.networks,
      ...trunks.flatMap(({ networks }) => networks),
      ...[...named.values()].flat(),
    ];
    for (const target of [...held, ...inGate.keys()]) {
      const harmed = protectedNow.find((each) => overlap(each, target));
      assert.equal(harmed, undefined, `${target} is shut out, and ${harmed} is never to be`);
    }
  }

  /** As `apply` of daemon.ts does. */
  async function change(next: Policy): Promise<void> {
    const before = policy;
    policy = next;
    life.surroundings.policy(next);
    if (next.mode !== before.mode) life.ledger.restart(START);
    await life.freeKnown();
    // What an observing site has written nowhere, its places must not hold.
    await life.keeper.tick();
  }

  async function take(what: StepName, target: string): Promise<void> {
    if (what === 'rule') {
      const verdict = { answer: 'ban', rule: 'flood', why: 'x', proof: 'proven', target } as const;
      life.shutter.shutOut(call(), { ...verdict, jailSeconds: 3600 });
      await settled();
    } else if (what === 'fleet') {
      // Past every check of what a site may tell: the breaker alone must do.
      const until = now() + 3_600_000;
      const decision = {
        proof: 'proven',
        until,
        sites: ['a', 'b', 'c'],
        rules: ['flood'],
      } as const;
      await life.shutter.byFleet(fleetBan(target, decision, policy, now()), now());
    } else if (what === 'hand') {
      await life.control.ban({ target, seconds: 3600, because: 'x', by: 'anna' });
    } else if (what === 'trunk') {
      await change({ ...policy, trunks: [...policy.trunks, { ...trunk(), networks: [target] }] });
    } else if (what === 'named') {
      const address = target.split('/')[0] ?? target;
      named = new Map([['sip.carrier.example', [address]]]);
      if (!policy.trunks.some(({ hosts }) => hosts.length > 0)) {
        const carrier = { ...trunk(), networks: [], hosts: [...named.keys()] };
        policy = { ...policy, trunks: [...policy.trunks, carrier] };
        life.surroundings.policy(policy);
      }
      life.surroundings.trunkAddresses(named);
      await life.freeKnown();
    } else if (what === 'trusted') {
      const networks = [...policy.trust.networks, target];
      await change({ ...policy, trust: { ...policy.trust, networks } });
    } else if (what === 'forget') {
      named = new Map();
      life.surroundings.trunkAddresses(named);
      await change({ ...policy, trunks: [] });
    } else if (what === 'mode') {
      await change({ ...policy, mode: policy.mode === 'enforce' ? 'observe' : 'enforce' });
    } else if (what === 'restart') {
      store.close();
      store = openStore(path, { now, failed: nothing });
      life = begin();
      // As startDaemon: before any place is told of the bans of the run before.
      await life.freeKnown();
      await life.keeper.open();
    } else {
      // Somebody emptied the places behind our back; the tick writes what is wanted again.
      if (what === 'lost') held.clear();
      await life.freeKnown();
      await life.keeper.tick();
    }
    check();
  }

  return { take, close: () => store.close() };
}

type StepName = (typeof step extends fc.Arbitrary<infer T> ? T : never)['do'];

/** Verdicts are carried out a few turns after they are given. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('what another site tells enters by the same door: the breaker refuses it for a trunk', async (t) => {
  const site = openSite(tempFolder(t));
  await site.take('trunk', '198.51.100.0/28');
  await site.take('rule', '198.51.100.0/24');
  await site.take('hand', '198.51.100.7');
  site.close();
});

/** By ipaddr.js, so that our tables are checked against another's arithmetic. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [parse(one), parse(other)];
  return a[0].kind() === b[0].kind() && a[0].match(b[0], Math.min(a[1], b[1]));
}

function parse(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const [address = '', bits] = text.split('/');
  const whole = address.includes(':') ? 128 : 32;
  return [ipaddr.parse(address), bits === undefined ? whole : Number(bits)];
}

function now(): number {
  return START;
}

function unused(): never {
  assert.fail('nobody asks this here');
}

function nothing(): void {}
