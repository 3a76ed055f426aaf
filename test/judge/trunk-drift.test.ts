import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipEvent } from '../../src/event/sip-event.ts';
import { targetOf } from '../../src/event/source.ts';
import { createStanding } from '../../src/judge/standing.ts';
import { createTrunkDrift } from '../../src/judge/trunk-drift.ts';
import { call, plain, policyOf, registered, START, trunk, TRUNK, worldOf } from './fixture.ts';

const DID = '31201234567';
/** Next to the trunk's 203.0.113.0/28, and far from it. */
const NEXT = '203.0.113.77';
const FAR = '198.51.100.77';
const HOUR = 3_600_000;

function watch() {
  const policy = policyOf();
  const world = worldOf({ registrations: registered('198.51.100.8', '210') });
  const drift = createTrunkDrift();
  drift.trunks([trunk()], ({ networks }) => networks);
  const see = (event: SipEvent, afterMs = 0): string | undefined => {
    const standing = createStanding(targetOf(event.source.address), START);
    const found = drift.note({ ...event, seenAt: START + afterMs }, standing, { world, policy });
    if (found === undefined) return undefined;
    return 'tell' in found ? found.tell : `settled ${found.settled}`;
  };
  see(call({ from: TRUNK, endpoint: 'gn-in', calledNumber: DID }));
  return { drift, see };
}

test('an endpoint that the PBX takes for the trunk is told at once, and what else speaks for it', () => {
  const { see } = watch();
  assert.equal(
    see(call({ from: NEXT, endpoint: 'gn-in', calledNumber: DID }), 2000),
    `trunk gntel now also sends from ${NEXT}, seen 1 time, not in your list: the PBX takes it for endpoint gn-in and it dials this trunk's numbers and it is next to this trunk's addresses; ask the carrier before you add it`,
  );
});

test('an address is told once an hour, with a growing count; one call is one', () => {
  const { see } = watch();
  const ghost = call({ from: FAR, endpoint: 'gn-in' });
  assert.match(see(ghost, 2000) ?? '', /seen 1 time,/);
  for (let at = 1; at <= 12; at++) {
    assert.equal(see(ghost, 2000 + at * 60_000), undefined);
    assert.equal(see(ghost, 2000 + at * 60_000 + 500), undefined);
  }
  assert.match(see(ghost, 2000 + HOUR) ?? '', /seen 14 times,/);
});

const cases: readonly [string, SipEvent, number | undefined][] = [
  ['dials its number, from next to it', call({ from: NEXT, calledNumber: DID }), 1],
  ['dials its number', call({ from: FAR, calledNumber: DID }), 3],
  ['is next to it', call({ from: NEXT, calledNumber: '6001' }), 3],
  ['is next to it, and is challenged', plain('challenged', { from: NEXT }), 3],
  ['is next to it, where there is no guest', plain('unknown-account', { from: NEXT }), 3],
  ['is refused by an ACL in its name', plain('acl-denied', { from: FAR, account: 'gn-in' }), 1],
  ['has the name of the trunk', call({ from: FAR, endpoint: 'GNTEL' }), 1],
  ['gave its password', call({ from: FAR, endpoint: 'gn-in', authenticated: true }), 1],
  [
    'offers its name as an account',
    plain('auth-failure', { from: FAR, account: 'gntel' }),
    undefined,
  ],
  [
    'is refused by an ACL, whoever it says it is',
    plain('acl-denied', { from: FAR, account: 'gntel' }),
    undefined,
  ],
  ['is anybody', call({ from: FAR }), undefined],
  ['is an endpoint of another PBX', call({ from: FAR, endpoint: 'gn-in', pbx: 'x' }), undefined],
  [
    'shows a junk caller ID',
    call({ from: NEXT, calledNumber: DID, callingNumber: '100' }),
    undefined,
  ],
  ['is a scanner', call({ from: NEXT, calledNumber: DID, userAgent: 'sipcli/1' }), undefined],
  ['forges events', call({ from: NEXT, calledNumber: DID, injected: true }), undefined],
  ['is a registered phone', call({ from: '198.51.100.8', calledNumber: DID }), undefined],
  ['is trusted', call({ from: '10.20.1.1', calledNumber: DID }), undefined],
  ['is the PBX', call({ from: '192.0.2.1', calledNumber: DID }), undefined],
  ['is over', { ...call({ from: NEXT }), kind: 'call-ended', rang: false }, undefined],
];

for (const [name, event, toldAt] of cases) {
  test(`drift: a source that ${name} is ${toldAt === undefined ? 'not told' : `told at ${toldAt}`}`, () => {
    const { see } = watch();
    const told = Array.from({ length: 6 }, (_, at) => see(event, 2000 * (at + 1)));
    const first = told.findIndex((text) => text !== undefined);
    assert.equal(first === -1 ? undefined : first + 1, toldAt);
    assert.ok(told.filter((text) => text !== undefined).length <= 1);
  });
}

test('short numbers, and numbers that a phone behind the trunk dials, are not the trunk’s', () => {
  const { see } = watch();
  see(call({ from: TRUNK, calledNumber: '6001' }));
  see(call({ from: TRUNK, calledNumber: '31207654321', authenticated: true }));
  for (let at = 1; at < 6; at++) {
    assert.equal(see(call({ from: FAR, calledNumber: '6001' }), at * 2000), undefined);
    assert.equal(see(call({ from: FAR, calledNumber: '31207654321' }), at * 2000), undefined);
  }
});

test('an address that is in the list by now is settled; a trunk that is gone is forgotten', () => {
  const policy = policyOf();
  const drift = createTrunkDrift();
  drift.trunks([trunk()], ({ networks }) => networks);
  drift.named('acme', 'gn-in', 'gntel');
  const event = call({ from: FAR, endpoint: 'gn-in' });
  const standing = createStanding(FAR, START);
  const before = worldOf();
  assert.ok(drift.note(event, standing, { world: before, policy }));
  const world = worldOf();
  world.trunks.add(FAR, trunk());
  assert.deepEqual(drift.note(event, standing, { world, policy }), { settled: FAR });
  assert.equal(drift.note(event, standing, { world, policy }), undefined);
  drift.trunks([], () => []);
  assert.equal(drift.note(event, standing, { world: before, policy }), undefined);
});

test('a flood from a whole network is told ten times an hour, and costs bounded memory', () => {
  const { see } = watch();
  const told = Array.from({ length: 5000 }, (_, at) =>
    see(call({ from: `198.18.${at >> 8}.${at & 255}`, endpoint: 'gn-in' }), 2000 + at),
  );
  assert.equal(told.filter((text) => text !== undefined).length, 10);
});
