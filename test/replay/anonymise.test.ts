import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalRecord } from '../../src/judge/journal.ts';
import { anonymiser } from '../../src/replay/anonymise.ts';
import { createCourt } from '../../src/replay/court.ts';
import { exporter } from '../../src/replay/export.ts';
import { call, plain, policyOf, RULES, START } from '../judge/fixture.ts';

const KEY = Buffer.alloc(32, 7);
const event = (one: ReturnType<typeof call> | ReturnType<typeof plain>): JournalRecord => {
  return { record: 'event', at: one.seenAt, event: one };
};

test('shapes, junk and common tails stay; people go', () => {
  const change = anonymiser(KEY, RULES);
  const of = (facts: Parameters<typeof call>[0]) => {
    const changed = change(event(call(facts)));
    assert.equal(changed.record, 'event');
    return changed.record === 'event' ? changed.event : assert.fail();
  };
  assert.equal(of({ callingNumber: '100' }).callingNumber, '100');
  assert.equal(of({ callingName: 'SipVicious' }).callingName, 'SipVicious');
  assert.equal(of({ userAgent: 'friendly-scanner 1' }).userAgent, 'friendly-scanner 1');
  assert.equal(
    of({ userAgent: 'Yealink SIP-T46G 66.85 001565aabbcc' }).userAgent,
    'Yealink SIP-T46G 66.85 x',
  );
  const numbers = ['00972595301234', '011972595301234', '+972595301234'].map(
    (calledNumber) => of({ calledNumber }).calledNumber ?? '',
  );
  assert.equal(new Set(numbers.map((number) => number.slice(-9))).size, 1);
  assert.ok(numbers.every((number) => !number.endsWith('595301234')));
  assert.deepEqual(
    numbers.map((number) => number.slice(0, -9)),
    ['00972', '011972', '+972'],
  );
  const accounts = Array.from({ length: 900 }, (_, at) => String(101 + at)).map(
    (account) => of({ account }).account ?? '',
  );
  assert.equal(new Set(accounts).size, 900);
  assert.ok(accounts.every((account) => /^\d{3,4}$/.test(account)));
  assert.match(
    of({ callingName: 'Anna Jansen' }).callingName ?? '',
    /^[A-Z][a-z]{3} [A-Z][a-z]{5}$/,
  );
  assert.notEqual(of({ callingName: 'Anna Jansen' }).callingName, 'Anna Jansen');
});

test('addresses become reserved ones that share what the true ones shared', () => {
  const change = anonymiser(KEY, RULES);
  const of = (from: string): string => {
    const changed = change(event(call({ from })));
    return changed.record === 'event' ? changed.event.source.address : assert.fail();
  };
  const [one = '', same = '', neighbour = '', other = ''] = [
    '192.0.2.10',
    '192.0.2.10',
    '192.0.2.11',
    '192.0.3.10',
  ].map(of);
  assert.equal(one, same);
  assert.notEqual(one, neighbour);
  assert.equal(block(one), block(neighbour));
  assert.notEqual(block(one), block(other));
  assert.equal(of('127.0.0.1'), '127.0.0.1');
  const v6 = ['2a02:1:2:3::a', '2a02:1:2:3::b', '2a02:1:2:4::a'].map(of);
  assert.ok(v6.every((address) => address.startsWith('3fff:')));
  const prefixes = v6.map((address) => address.split(':').slice(0, 4).join(':'));
  assert.equal(prefixes[0], prefixes[1]);
  assert.notEqual(prefixes[0], prefixes[2]);
});

test('the judge comes to the same verdicts over it', () => {
  const records: JournalRecord[] = [
    {
      record: 'registrations',
      at: START,
      pbx: 'acme',
      live: [{ account: '214', address: '198.51.100.7' }],
    },
    ...Array.from({ length: 30 }, (_, at) =>
      event(
        plain('auth-failure', {
          account: String(200 + at),
          seenAt: START + at * 1000,
          from: at % 2 ? '198.51.100.7' : '198.51.100.66',
        }),
      ),
    ),
    event(call({ callingNumber: '1000', from: '198.51.100.9', seenAt: START + 99_000 })),
    event(call({ callingNumber: '100', from: '198.51.100.9', seenAt: START + 99_500 })),
  ];
  const change = anonymiser(KEY, RULES);
  const changed = records.map(change);
  assert.deepEqual(verdicts(changed), verdicts(records));
  assert.ok(!JSON.stringify(changed).includes('198.51.100.66'));
});

test('a part of a journal begins with the world as it was', () => {
  const told: JournalRecord[] = [];
  const live = { account: '214', address: '198.51.100.7' };
  const take = exporter({ since: START, network: '198.51.100.0/28' }, (record) =>
    told.push(record),
  );
  take({ record: 'own', at: START - 9, networks: ['192.0.2.1'] });
  take({
    record: 'registrations',
    at: START - 9,
    pbx: 'acme',
    live: [live, { account: '9', address: '203.0.113.1' }],
  });
  take(event(call({ seenAt: START - 5, from: '198.51.100.7' })));
  take(event(call({ seenAt: START, from: '198.51.100.66' })));
  take(event(call({ seenAt: START + 1, from: '198.51.100.7' })));
  assert.deepEqual(
    told.map((record) => [record.record, record.at]),
    [
      ['own', START],
      ['registrations', START],
      ['event', START + 1],
    ],
  );
  assert.deepEqual(told[1] && 'live' in told[1] && told[1].live, [live]);
});

function block(address: string): string {
  return address.slice(0, address.lastIndexOf('.'));
}

function verdicts(all: readonly JournalRecord[]) {
  const court = createCourt(policyOf());
  return all
    .map((record) => court.take(record)?.verdict)
    .map((one) => one && [one.answer, one.rule]);
}
