import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import type { Consideration } from '../../src/enforce/breaker.ts';
import { consider, createBreaker } from '../../src/enforce/breaker.ts';
import { prefixTable } from '../../src/event/network.ts';
import { parseNetwork } from '../../src/event/source.ts';
import type { Ban } from '../../src/judge/verdict.ts';
import { aBan, OFFICE, policyOf, registered, START, trunk, worldOf } from '../judge/fixture.ts';

const policy = policyOf();
const ban = aBan();
const world = worldOf({
  registrations: new Map([...registered(OFFICE, '210'), ...registered('2001:db8:5:6::1', '211')]),
  unresolvedHosts: [],
  graces: new Map([
    ['198.51.100.8', START + 1000],
    ['198.51.100.9', START - 1000],
  ]),
});

const refusals: [string, Partial<Ban>, RegExp | undefined, number?][] = [
  ['a scanner', {}, undefined],
  ['loopback', { target: '127.0.0.2' }, /own addresses/],
  ['own', { target: '192.0.2.1' }, /own addresses/],
  ['own, covered', { target: '192.0.2.0/24' }, /own addresses/],
  ['everything, by hand', { target: '0.0.0.0/0', by: 'hand' }, /own addresses/],
  ['trunk', { target: '203.0.113.5' }, /trunk gntel/],
  ['trunk by hand', { target: '203.0.113.5', by: 'hand' }, /trunk gntel/],
  ['part of a trunk', { target: '203.0.113.0/29' }, /trunk gntel/],
  ['around a trunk', { target: '203.0.113.0/24', by: 'hand' }, /trunk gntel/],
  ['prefix of an IPv6 trunk', { target: '2001:db8:aa::/64' }, /trunk gntel/],
  ['trusted', { target: '10.20.3.4' }, /trusted network 10\.20\.0\.0\/16/],
  ['around trusted, by hand', { target: '10.0.0.0/8', by: 'hand' }, /trusted network/],
  ['shielded', { target: OFFICE }, /account 210 is registered/],
  ['around shielded', { target: '198.51.100.0/29' }, /account 210 is registered/],
  ['shielded, IPv6', { target: '2001:db8:5:6::/64' }, /account 211 is registered/],
  ['around shielded, IPv6', { target: '2001:db8:5::/48' }, /account 211 is registered/],
  ['within shielded, IPv6', { target: '2001:db8:5:6:7::/80' }, /account 211 is registered/],
  ['shielded, sweeping', { target: OFFICE, rule: 'account-sweep' }, undefined],
  ['shielded, by hand', { target: OFFICE, by: 'hand' }, undefined],
  ['released by hand', { target: '198.51.100.8' }, /free until 2027-01-15 08:00 UTC/],
  ['released long ago', { target: '198.51.100.9' }, undefined],
  ['a recent good call', {}, /good call .* 2 min ago/, START - 100_000],
  ['an old good call', {}, undefined, START - 3_600_000],
  ['a recent good call, by hand', { by: 'hand' }, undefined, START - 1000],
];

for (const [name, changes, refused, lastGoodCallAt] of refusals) {
  test(`breaker: ${name}`, () => {
    const wanted = { ...ban, ...changes };
    const found = consider(wanted, { world, policy, lastGoodCallAt }, createBreaker(), START);
    if (refused === undefined) assert.deepEqual(found, { ban: wanted });
    else assert.match('refused' in found ? found.refused : 'accepted', refused);
  });
}

test('breaker: good traffic above the limit, whoever wants the ban but a person', () => {
  const today = Math.floor(START / 86_400_000);
  const goodDays = (calls: number) => [{ day: today - 2, calls, registered: true }];
  const answer = (calls: number, by: Ban['by'] = 'judge') =>
    consider({ ...ban, by }, { world, policy, goodDays: goodDays(calls) }, createBreaker(), START);
  assert.ok('ban' in answer(2));
  const refused = answer(3);
  assert.match(
    'refused' in refused ? refused.refused : '',
    /^3 good calls and registrations on 1 day came from it in the last 7 d$/,
  );
  assert.ok('ban' in answer(3, 'hand'));
});

test('loopback is refused even when the own addresses are not known', () => {
  const blank = worldOf({ own: prefixTable() });
  for (const target of ['127.0.0.1', '::1', '::/64', '126.0.0.0/7']) {
    const found = consider({ ...ban, target }, { world: blank, policy }, createBreaker(), START);
    assert.ok('refused' in found, target);
  }
});

test('above the budget a ban is the first step of quarantine, and says so', () => {
  const state = createBreaker();
  const at = (seen: number, changes: Partial<Ban> = {}): Consideration => {
    const now = START + seen;
    const wanted = { ...ban, since: now, until: now + 3_600_000, ...changes };
    return consider(wanted, { world, policy }, state, now);
  };
  for (let seen = 0; seen < 5; seen++) assert.ok(!('overBudget' in at(seen)));
  const sixth = at(5);
  assert.ok('ban' in sixth && sixth.overBudget === true);
  assert.deepEqual([sixth.ban.quarantine, sixth.ban.until], [true, START + 5 + 600_000]);
  assert.match(sixth.ban.why, /^because; more than 5 bans in a minute, so quarantine only$/);
  assert.deepEqual('ban' in at(6, { by: 'hand' }) && at(6, { by: 'hand' }), {
    ban: { ...ban, since: START + 6, until: START + 3_600_006, by: 'hand' },
  });
  assert.ok(!('overBudget' in at(60_001)));
});

test('forged quarantines do not use up the budget of proven bans', () => {
  const state = createBreaker();
  const short = { ...ban, quarantine: true, until: START + 600_000 };
  const found = Array.from({ length: 50 }, () => consider(short, { world, policy }, state, START));
  assert.equal(found.filter((one) => 'overBudget' in one).length, 45);
  assert.deepEqual(consider(ban, { world, policy }, state, START), { ban });
});

const network = fc
  .oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 4, max: 32 })),
    // Close together, so that overlaps are common.
    fc.tuple(
      fc.integer({ min: 0, max: 255 }).map((at) => `198.51.100.${at}`),
      fc.integer({ min: 20, max: 32 }),
    ),
    fc.tuple(
      fc.integer({ min: 0, max: 15 }).map((at) => `2001:db8:0:${at}::1`),
      fc.integer({ min: 44, max: 128 }),
    ),
  )
  .map(([address, bits]) => parseNetwork(`${address}/${bits}`) ?? '198.51.100.1');
const networks = fc.array(network, { maxLength: 6 });

test('no accepted ban covers a trunk, own or trusted address, in either direction', () => {
  fc.assert(
    fc.property(
      networks,
      networks,
      networks,
      network,
      fc.constantFrom<Ban['by']>('judge', 'hand'),
      (own, trunks, trusted, target, by) => {
        const random = worldOf({
          own: prefixTable(own.map((text) => [text, text])),
          trunks: prefixTable(trunks.map((text) => [text, trunk()])),
          trusted: prefixTable(trusted.map((text) => [text, text])),
        });
        const found = consider(
          { ...ban, target, by },
          { world: random, policy },
          createBreaker(),
          START,
        );
        const harmful = [...own, ...trunks, ...trusted].some((text) => overlap(text, target));
        assert.equal(
          'refused' in found,
          harmful || overlap(target, '127.0.0.0/8') || overlap(target, '::1'),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('the budget is never exceeded with full-length bans', () => {
  const steps = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 20_000 }),
      quarantine: fc.boolean(),
      seconds: fc.integer({ min: 1, max: 90_000 }),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(steps, (rows) => {
      const state = createBreaker();
      const long: number[] = [];
      let now = START;
      for (const { afterMs, quarantine, seconds } of rows) {
        now += afterMs;
        const wanted = { ...ban, quarantine, since: now, until: now + seconds * 1000 };
        const found = consider(wanted, { world, policy }, state, now);
        assert.ok('ban' in found);
        assert.ok(found.ban.until <= wanted.until);
        if (!found.ban.quarantine || found.ban.until - found.ban.since > 600_000) long.push(now);
        assert.ok(long.filter((at) => at > now - 60_000).length <= policy.breaker.bansPerMinute);
      }
    }),
  );
});

/** By ipaddr.js, so that the breaker's table is checked against another's arithmetic. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [parse(one), parse(other)];
  if (a[0].kind() !== b[0].kind()) return false;
  const bits = Math.min(a[1], b[1]);
  return a[0].match(b[0], bits);
}

function parse(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const [address = '', bits] = text.split('/');
  return [
    ipaddr.parse(address),
    bits === undefined ? (address.includes(':') ? 128 : 32) : Number(bits),
  ];
}
