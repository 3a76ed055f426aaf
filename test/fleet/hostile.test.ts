import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { consider, createBreaker } from '../../src/enforce/breaker.ts';
import { prefixTable } from '../../src/event/network.ts';
import { parseNetwork, targetOf } from '../../src/event/source.ts';
import { fleetBan } from '../../src/daemon/fleet-ban.ts';
import { openEnvelope, seal } from '../../src/fleet/envelope.ts';
import { takeMessage, takeOrder } from '../../src/fleet/inbox.ts';
import type { Roll } from '../../src/fleet/inbox.ts';
import { newSeed, publicKey, signingKey } from '../../src/fleet/nkey.ts';
import { readItem, readMessage, sealMessage } from '../../src/fleet/notice.ts';
import { readOrder } from '../../src/fleet/order.ts';
import { decide } from '../../src/fleet/quorum.ts';
import { whyUntellable } from '../../src/fleet/shape.ts';
import { policyOf, registered, START, worldOf } from '../judge/fixture.ts';
import { newKeys } from './nats.ts';

const a = newKeys();
const rollWith = (): Roll => ({
  members: new Map([['a', { site: 'a', key: a.key.publicKey, at: 1 }]]),
  heard: new Map(),
  freed: new Map(),
  allowAt: 0,
  rolloutAt: 0,
});

/** Near what is guarded, and anywhere. */
const target = fc
  .oneof(
    fc.tuple(
      fc.constantFrom(
        '203.0.113.5',
        '10.20.3.4',
        '127.0.0.1',
        '192.0.2.1',
        '198.51.100.7',
        '0.0.0.0',
      ),
      fc.integer({ min: 0, max: 32 }),
    ),
    fc.tuple(fc.ipV4(), fc.constant(32)),
    fc.tuple(fc.constantFrom('2001:db8:aa::5', '::1', '::'), fc.integer({ min: 0, max: 128 })),
  )
  .map(([address, bits]) => parseNetwork(`${address}/${bits}`) ?? '198.51.100.1');

test('no notice of however many sites shuts out a trunk, a trusted network, this PBX, a shielded source or the world', () => {
  const world = worldOf({ registrations: registered('198.51.100.7', '201') });
  const policy = policyOf();
  const guarded = prefixTable<true>([
    ['127.0.0.0/8', true],
    ['::1', true],
    ['192.0.2.1', true],
    ['203.0.113.0/28', true],
    ['2001:db8:aa::5', true],
    ['10.20.0.0/16', true],
    [targetOf('198.51.100.7'), true],
  ]);
  let through = 0;
  fc.assert(
    fc.property(target, fc.integer({ min: 1, max: 9 }), fc.boolean(), (wanted, sites, isProven) => {
      if (whyUntellable(wanted, policy.jail.ipv6PrefixBits) !== undefined) return;
      const proof = isProven ? 'proven' : 'forgeable';
      const until = START + 1e12;
      const claims = Array.from({ length: sites }, (_, at) => {
        return { site: `s${at}`, rule: 'account-sweep', proof, until } as const;
      });
      const accept = { provenFrom: 1, forgeableFrom: 3 };
      const decision = decide(claims, accept, START);
      if (decision === undefined) {
        assert.ok(!isProven && sites < 3);
        return;
      }
      const ban = fleetBan(wanted, decision, policy, START);
      const longest = isProven ? 604_800 : 3600;
      assert.ok(ban.until <= START + longest * 1000, 'never longer than its own ladder');
      const answer = consider(ban, { world, policy }, createBreaker(), START);
      if ('refused' in answer) return;
      through++;
      assert.equal(guarded.overlaps(answer.ban.target), undefined, answer.ban.target);
      const [, bits] = answer.ban.target.split('/');
      assert.ok(bits === undefined || Number(bits) >= 48);
    }),
    { numRuns: 3000 },
  );
  assert.ok(through > 100, 'others are shut out');
});

test('whatever comes from NATS is refused or read, never thrown over', () => {
  const roll = rollWith();
  const bodies = fc.oneof(fc.json(), fc.string(), fc.constant('{"v":1}'));
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 300 }), bodies),
      fc.boolean(),
      (raw, signed) => {
        const body = typeof raw === 'string' ? raw : Buffer.from(raw).toString('latin1');
        const notice = signed ? Buffer.from(seal('notice', body, a.key)) : Buffer.from(body);
        const order = signed ? Buffer.from(seal('order', body, a.key)) : Buffer.from(body);
        assert.equal('took' in takeMessage(notice, 'a', roll, START, true), false);
        assert.equal('took' in takeOrder(order, a.key.publicKey, roll, START), false);
      },
    ),
  );
});

test('a message is read as it was written, and no bit of it may change', () => {
  const notice = {
    target: '198.51.100.66',
    rule: 'flood',
    proof: 'proven',
    until: START + 1,
  } as const;
  const message = { site: 'a', number: 5, after: 0, sentAt: START, told: [notice] };
  const sealed = Buffer.from(sealMessage(message, a.key));
  const envelope = openEnvelope(sealed);
  assert.ok(envelope);
  assert.deepEqual(readMessage(envelope), message);
  assert.deepEqual(takeMessage(sealed, 'a', rollWith(), START, true), { took: message });
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ by;
      const taken = takeMessage(changed, 'a', rollWith(), START, true);
      assert.ok('refused' in taken, `byte ${at}`);
    }),
    { numRuns: 300 },
  );
});

test('what is gone past, missing, revoked or of another clock is no message', () => {
  const roll = rollWith();
  roll.heard.set('a', 10);
  const take = (number: number, after: number, sentAt = START, live = true) => {
    const message = { site: 'a', number, after, sentAt, told: [] };
    return takeMessage(Buffer.from(sealMessage(message, a.key)), 'a', roll, START, live);
  };
  assert.deepEqual(take(10, 9), { known: true });
  assert.deepEqual(take(12, 11), { gap: true });
  assert.ok('took' in take(12, 11, START, false), 'the stream has dropped what was before');
  assert.ok('took' in take(11, 10));
  assert.ok('took' in take(11, 4), 'its answer was lost, and it told it again');
  for (const sentAt of [START - 300_001, START + 300_001]) {
    assert.match(JSON.stringify(take(11, 10, sentAt)), /clock of both sites/);
  }
  roll.members.set('a', { site: 'a', key: undefined, at: 2 });
  assert.deepEqual(take(11, 10), { refused: 'the site is revoked' });
  roll.members.clear();
  assert.deepEqual(take(11, 10), { refused: 'no site of the fleet' });
});

test('an older order, or another operator’s, changes nothing', () => {
  const roll = rollWith();
  const order = (at: number, key = a.key) =>
    takeOrder(
      Buffer.from(
        seal(
          'order',
          JSON.stringify({ v: 1, order: 'site', site: 'a', key: a.key.publicKey, at }),
          key,
        ),
      ),
      a.key.publicKey,
      roll,
      START,
    );
  assert.ok('took' in order(2));
  assert.deepEqual(order(1), { known: true });
  assert.ok('refused' in order(2, newKeys().key));
  assert.ok('refused' in order(START + 1e9));
});

test('nothing but an address, a rule, a proof and an end is read of a notice', () => {
  const whole = { target: '192.0.2.9', rule: 'flood', proof: 'proven', until: START + 5 };
  assert.deepEqual(readItem({ ...whole, account: '201', callingNumber: '1' }, START), whole);
  const bad = [
    { ...whole, rule: 'a\u001b[2J' },
    { ...whole, rule: 'x'.repeat(40) },
    { ...whole, proof: 'sure' },
    { ...whole, until: -1 },
    { ...whole, until: 1.5 },
    { ...whole, target: 'x'.repeat(60) },
    [],
    null,
    'x',
  ];
  for (const each of bad) assert.equal(readItem(each, START), undefined, JSON.stringify(each));
  assert.equal(
    readOrder({ signature: '', body: '{"v":1,"at":1,"order":"allow","networks":[{}]}' }),
    undefined,
  );
});

test('keys are NATS keys, and damaged ones are none', () => {
  const seed = newSeed();
  const key = signingKey(seed);
  assert.match(key?.publicKey ?? '', /^U[A-Z2-7]{55}$/);
  const other = seed[20] === 'A' ? 'B' : 'A';
  assert.equal(signingKey(seed.slice(0, 20) + other + seed.slice(21)), undefined);
  assert.equal(publicKey(seed), undefined);
  assert.equal(publicKey(`U${'A'.repeat(55)}`), undefined);
});
