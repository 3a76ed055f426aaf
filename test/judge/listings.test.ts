import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainStanding } from '../../src/judge/explain.ts';
import type { Listings } from '../../src/judge/listings.ts';
import {
  call,
  court,
  OFFICE,
  plain,
  policyOf,
  registered,
  SCANNER,
  START,
  TRUNK,
  worldOf,
} from './fixture.ts';

/** Lists by words: whose address is named is denied or suspected. */
function listings(denied: readonly string[], suspected: readonly string[] = []): Listings {
  return {
    denies: (address) => (denied.includes(address) ? 'is listed in feed blocklist' : undefined),
    suspects: (address) => (suspected.includes(address) ? 'is listed in feed rumours' : undefined),
    place: (address) => (address === SCANNER ? 'country KP, AS64496 (Example)' : undefined),
  };
}

test('a denied stranger is refused and shut out, as long as the proof of the event allows', () => {
  const world = worldOf({ listings: listings([SCANNER]) });
  const why = `${SCANNER} is listed in feed blocklist (limit 1 in 10 min)`;
  for (const [event, quarantine] of [
    [call(), true],
    [call({ proof: 'proven' }), undefined],
    [plain('challenged'), true],
    [plain('auth-failure', { account: '201', proof: 'proven' }), undefined],
  ] as const) {
    const verdict = court(policyOf(), world).see(event);
    assert.equal(verdict.answer, 'ban', event.kind);
    assert.equal(verdict.rule, 'feed', event.kind);
    assert.equal(verdict.quarantine, quarantine, event.kind);
    assert.ok(verdict.why.startsWith(why), verdict.why);
  }
});

test('whom the policy lets call otherwise is refused all the same', () => {
  const policy = policyOf({ fromStrangers: 'pass' });
  const world = worldOf({ listings: listings([SCANNER]) });
  assert.equal(court(policy, world).see(call()).rule, 'feed');
  assert.equal(court(policy, world).see(call({ from: OFFICE })).answer, 'pass');
});

test('no list reaches the known', () => {
  const all = listings([TRUNK, OFFICE, '10.20.0.7', '192.0.2.1']);
  const world = worldOf({ listings: all, registrations: registered(OFFICE, '201') });
  for (const [from, rule] of [
    [TRUNK, 'trunk'],
    ['10.20.0.7', 'trusted-network'],
    ['192.0.2.1', 'own-address'],
    [OFFICE, 'registered'],
  ] as const) {
    const verdict = court(policyOf(), world).see(call({ from }));
    assert.deepEqual([verdict.answer, verdict.rule], ['pass', rule]);
  }
  const { answer, why } = court(policyOf(), world).see(plain('challenged', { from: OFFICE }));
  assert.equal(answer, 'watch');
  assert.match(why, /account 201 is registered from it/);
});

test('while a carrier is not found in DNS, and while a person has let it in, nobody is denied', () => {
  const listed = listings([SCANNER]);
  const unknown = worldOf({ listings: listed, unresolvedHosts: ['sip.gntel.example'] });
  const maybe = court(policyOf(), unknown).see(call());
  assert.equal(maybe.answer, 'watch');
  const graces = new Map([[SCANNER, START + 1000]]);
  const released = court(policyOf(), worldOf({ listings: listed, graces }));
  assert.equal(released.see(plain('challenged')).rule, 'none');
  assert.equal(released.see({ ...plain('challenged'), seenAt: START + 1000 }).rule, 'feed');
});

test('the rule can be switched off', () => {
  const world = worldOf({ listings: listings([SCANNER]) });
  const policy = policyOf({ rules: { feed: undefined } });
  assert.equal(court(policy, world).see(plain('challenged')).rule, 'none');
});

test('evidence alone is nothing; beside a rule half as many hits are enough', () => {
  const world = worldOf({ listings: listings([], [SCANNER]) });
  assert.equal(court(policyOf(), world).see(plain('challenged')).answer, 'pass');
  const failure = plain('auth-failure', { account: '201' });
  const suspected = court(policyOf(), world).seeMany(failure, 5);
  assert.equal(suspected.answer, 'ban');
  assert.match(suspected.why, /limit 5 in 10 min.*198\.51\.100\.66 is listed in feed rumours$/);
  const plainly = court().seeMany(failure, 5);
  assert.equal(plainly.answer, 'watch');
  // A limit of one stays one.
  const shape = court(policyOf(), world).see(call({ fromHost: '1.1.1.1' }));
  assert.equal(shape.answer, 'ban');
});

test('explain tells what lists and GeoIP say', () => {
  const world = worldOf({ listings: listings([SCANNER], [SCANNER]) });
  const { lines } = explainStanding(undefined, world, policyOf(), SCANNER, START);
  assert.deepEqual(lines.slice(-3), [
    'By GeoIP: country KP, AS64496 (Example).',
    `${SCANNER} is listed in feed blocklist, which the policy denies.`,
    `${SCANNER} is listed in feed rumours: half as many hits are enough to shut it out.`,
  ]);
});
