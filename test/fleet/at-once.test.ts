import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Link } from '../../src/fleet/link.ts';
import { openLink } from '../../src/fleet/link.ts';
import { openOperator } from '../../src/fleet/operator.ts';
import type { Operator } from '../../src/fleet/operator.ts';
import { operatorBases, withRing } from '../../src/fleet/operator-bases.ts';
import type { OperatorBases } from '../../src/fleet/operator-bases.ts';
import { operatorOrders } from '../../src/fleet/operator-orders.ts';
import type { OperatorOrders } from '../../src/fleet/operator-orders.ts';
import type { RolloutOrder } from '../../src/fleet/rollout-order.ts';
import { OPERATOR_INBOX } from '../../src/fleet/rights.ts';
import { tempFolder } from '../store/temp.ts';
import { newFleet, newKeys, whyNoNats } from './nats.ts';
import { openSite, until } from './site.ts';
import { openStored } from './stored-site.ts';

const skip = whyNoNats() ?? false;
const KEYS = { a: newKeys(), b: newKeys() };
const NEW = newKeys().key.publicKey;

/** A fleet with two operators' terminals, `hand` and `other`, and a third that is slower than both. */
async function openOperators(t: TestContext) {
  const folder = tempFolder(t);
  const fleet = await newFleet(t, folder, KEYS);
  const { operator, nats, hand } = fleet;
  const reach = { servers: [nats.url], caFile: undefined };
  const other = await openOperator(reach, operator.key);
  let link: Link | undefined;
  await new Promise<void>((resolve) => {
    const by = { ...reach, key: operator.key, inbox: OPERATOR_INBOX, name: 'slow' };
    link = openLink(by, [], { up: resolve, down() {}, message() {} });
  });
  t.after(async () => {
    await link?.close();
    await other.close();
  });
  let putAgain = 0;
  /** One whose every order comes after `first` was done, between its reading and its putting. */
  const slower = (first: (times: number) => Promise<unknown>): OperatorOrders & OperatorBases => {
    putAgain = 0;
    const slow: Pick<Link, 'ask'> = {
      async ask(subject, data, headers) {
        if (subject.startsWith('ghostgate.')) await first(putAgain++);
        assert.ok(link);
        return await link.ask(subject, data, headers);
      },
    };
    const { key } = operator;
    return { ...operatorOrders(slow, key, Date.now), ...operatorBases(slow, key, Date.now) };
  };
  return { ...fleet, folder, other, hand, slower, puts: () => putAgain };
}

const allowing = (network: string) => ({ network, because: 'x' });
const add = (operator: OperatorOrders, network: string) =>
  operator.changeAllowed((before) => ({
    made: { order: 'allow', networks: [...before, allowing(network)] },
  }));
const once = (work: () => Promise<unknown>) => async (times: number) =>
  times === 0 ? await work() : undefined;
const intoCanary = (by: OperatorOrders, site: string) =>
  by.changeSite(site, (standing) => {
    if (standing?.order !== 'site') return { why: 'gone' };
    return { made: { order: 'site', site, key: standing.key, ring: 'canary' } };
  });

const ringsTold = (standing: RolloutOrder | undefined, ring: string, version: number) => {
  const base = { version, text: 'mode: observe\n' };
  const rings = withRing(standing?.rings ?? [], ring, base, Date.now(), true);
  return { made: { order: 'rollout', rings, soakSeconds: 1, because: 'x' } } as const;
};
const ringOf = async (operator: Operator, site: string) => {
  const members = await operator.members();
  return members.find((member) => member.site === site);
};

test('two operators at once: every entry of both stands, and at the sites', { skip }, async (t) => {
  const { folder, operator, nats, hand, other } = await openOperators(t);
  const a = openStored(t, join(folder, 'a'), (memory) =>
    openSite('a', KEYS.a, operator, nats.url, memory),
  );
  await until('a is up', () => a.fleet.report().member);
  const wanted = Array.from({ length: 40 }, (_, at) => `192.0.2.${at}`);
  let made = 0;
  const half = async (by: Operator, networks: readonly string[]): Promise<void> => {
    for (const network of networks) {
      await by.changeAllowed((before) => {
        made++;
        return { made: { order: 'allow', networks: [...before, allowing(network)] } };
      });
    }
  };
  await Promise.all([half(hand, wanted.slice(0, 20)), half(other, wanted.slice(20))]);
  const listed = (await hand.allowed()).map(({ network }) => network);
  assert.deepEqual(listed.toSorted(), wanted.toSorted());
  assert.ok(made > wanted.length, 'they did come into each other’s way');
  t.diagnostic(`${wanted.length} orders, ${made} times made`);
  await until('a has all', () => a.allowed.length === wanted.length);
  assert.deepEqual(a.refusals, []);

  // Eight in the same moment from one terminal, and eight from the other.
  const more = Array.from({ length: 16 }, (_, at) => `198.51.100.${at}`);
  await Promise.all(more.map((network, at) => add(at % 2 === 0 ? hand : other, network)));
  assert.equal((await other.allowed()).length, wanted.length + more.length);
  await until('a has these', () => a.allowed.length === wanted.length + more.length);
});

test('an order that another came before is made anew of what stands then', { skip }, async (t) => {
  const { hand, slower, puts } = await openOperators(t);
  await add(slower(once(() => add(hand, '192.0.2.1'))), '192.0.2.2');
  assert.equal(puts(), 2);
  const listed = (await hand.allowed()).map(({ network }) => network);
  assert.deepEqual(listed, ['192.0.2.1', '192.0.2.2']);

  // Into another ring, while the site gets a new key: it has both.
  await intoCanary(slower(once(() => hand.order({ order: 'site', site: 'a', key: NEW }))), 'a');
  assert.equal((await ringOf(hand, 'a'))?.key, NEW);
  assert.equal((await ringOf(hand, 'a'))?.ring, 'canary');
  // While it is revoked: it stays revoked.
  const revoked = await intoCanary(
    slower(once(() => hand.order({ order: 'revoke', site: 'b', because: 'stolen' }))),
    'b',
  );
  assert.deepEqual(revoked, { why: 'gone' });
  assert.equal((await ringOf(hand, 'b'))?.key, undefined);

  // Two rings are told by two: each has what it was told.
  await slower(
    once(() => hand.changeRollout((standing) => ringsTold(standing, 'early', 5))),
  ).changeRollout((standing) => ringsTold(standing, 'canary', 6));
  const { rings } = (await hand.rollout()) ?? { rings: [] };
  assert.deepEqual(
    rings.map(({ ring, version }) => [ring, version]),
    [
      ['early', 5],
      ['canary', 6],
    ],
  );

  // Two texts never have one number.
  const second = await slower(once(() => hand.publish('mode: observe\n', 'x'))).publish(
    'mode: enforce\n',
    'x',
  );
  assert.equal(second.version, 2);
  assert.deepEqual(
    (await hand.bases()).map(({ version, text }) => [version, text]),
    [
      [1, 'mode: observe\n'],
      [2, 'mode: enforce\n'],
    ],
  );
});

test('others who are quicker each time: an error, and nothing is done', { skip }, async (t) => {
  const { hand, slower, puts } = await openOperators(t);
  const crowd = slower((times) => add(hand, `192.0.2.${times}`));
  await assert.rejects(add(crowd, '198.51.100.1'), (error: Error & { hint?: string }) => {
    assert.equal(error.name, 'OrderError');
    assert.match(error.message, /order\.allow: changed by others 30 times .* nothing of yours/);
    assert.match(error.hint ?? '', /say it again/);
    return true;
  });
  assert.equal(puts(), 30);
  const listed = (await hand.allowed()).map(({ network }) => network);
  assert.equal(listed.length, 30);
  assert.equal(listed.includes('198.51.100.1'), false);
});

test('a list longer than sites read is not ordered: what stands stays', { skip }, async (t) => {
  const { hand, other } = await openOperators(t);
  await add(hand, '192.0.2.1');
  const because = 'x'.repeat(60);
  const networks = Array.from({ length: 150 }, (_, at) => ({
    network: `2001:db8:1234:${at}::/64`,
    because,
  }));
  const wanted = { made: { order: 'allow', networks } } as const;
  await assert.rejects(
    other.changeAllowed(() => wanted),
    (error: Error & { hint?: string }) => {
      assert.match(error.message, /allow order of \d+ bytes: 16384 are the most that a site reads/);
      assert.match(error.hint ?? '', /shorter reasons/);
      return true;
    },
  );
  assert.equal((await hand.allowed()).length, 1);
});
