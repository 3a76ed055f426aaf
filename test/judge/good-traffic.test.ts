import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodTraffic } from '../../src/judge/good-traffic.ts';
import { call, court, OFFICE, plain, policyOf, registered, START, worldOf } from './fixture.ts';

const DAY = 86_400_000;
const good = (seenAt: number) =>
  call({ from: OFFICE, authenticated: true, endpoint: '214', seenAt });
const bad = (seenAt: number) => plain('acl-denied', { from: OFFICE, seenAt, proof: 'proven' });

test('a source with good traffic is not shut out: a notice, once', () => {
  const { see, seeMany } = court();
  for (let at = 0; at < 4; at++) see(good(START + at * 1000));
  const later = START + 2 * DAY;
  const verdict = seeMany(bad(later), 3);
  assert.deepEqual([verdict.answer, verdict.rule], ['watch', 'acl-denied']);
  assert.match(verdict.why, /not shut out: 4 good calls came from it in the last 7 d$/);
  assert.match(verdict.notice ?? '', /^somebody from 198\.51\.100\.7: 3 refusals .*4 good calls/);
  assert.equal(seeMany(bad(later + 10_000), 30).notice, undefined);
});

test('the blast radius: calls and days with a registration, up to the limit, in the time', () => {
  const table: [
    string,
    (see: (seenAt: number, registered?: boolean) => void) => void,
    'ban' | 'watch',
  ][] = [
    ['nothing good', () => undefined, 'ban'],
    ['as much as the limit', (see) => [0, 1, 2].forEach((at) => see(at * 1000)), 'ban'],
    ['more than the limit', (see) => [0, 1, 2, 3].forEach((at) => see(at * 1000)), 'watch'],
    ['more, but too long ago', (see) => [0, 1, 2, 3].forEach((at) => see(at - 10 * DAY)), 'ban'],
    [
      'one day of registering every minute',
      (see) => Array.from({ length: 100 }, (_, at) => see(at * 60_000, true)),
      'ban',
    ],
    [
      'registered on four days',
      (see) => [0, 1, 2, 3].forEach((at) => see((at - 3) * DAY, true)),
      'watch',
    ],
  ];
  for (const [name, past, want] of table) {
    const { see, seeMany } = court();
    past((at, isRegistered) => {
      const seenAt = START + at;
      see(
        isRegistered ? plain('registered', { from: OFFICE, account: '214', seenAt }) : good(seenAt),
      );
    });
    const verdict = seeMany(bad(START + 2 * DAY), 3);
    assert.equal(verdict.answer, want, `${name}: ${verdict.why}`);
  }
});

test('a registration that was held for days counts for all of them', () => {
  const { see, seeMany } = court();
  const phone = { from: OFFICE, account: '214' };
  see(plain('registered', { ...phone, seenAt: START }));
  see(plain('unregistered', { ...phone, seenAt: START + 5 * DAY }));
  const verdict = seeMany(bad(START + 5 * DAY + 1000), 3);
  assert.match(verdict.why, /registrations on 6 days came from it/);
});

test('a good call lately is enough, whatever the limit', () => {
  const { see, seeMany } = court();
  see(good(START));
  assert.match(seeMany(bad(START + 60_000), 3).why, /a good call came from it 62 s ago$/);
});

test('good traffic wins over many accounts as well: the good call wins, the operator is told', () => {
  const world = worldOf({ registrations: registered(OFFICE, '210') });
  const { see } = court(policyOf(), world);
  for (let at = 0; at < 5; at++) see(good(START + at));
  const verdicts = Array.from({ length: 20 }, (_, at) =>
    see(plain('unknown-account', { from: OFFICE, account: `9${at}`, seenAt: START + 1000 + at })),
  );
  assert.ok(verdicts.every(({ answer }) => answer === 'watch'));
  const notice = verdicts.find(({ rule }) => rule === 'account-sweep')?.notice ?? '';
  assert.match(
    notice,
    /^somebody guesses\? 20 accounts from 198\.51\.100\.7: 20 accounts tried in vain.*a good call came from it/,
  );
});

test('what is remembered of one source is bounded, and in order', () => {
  const { see, standings } = court();
  const phone = { from: OFFICE, account: '214' };
  see(plain('registered', { ...phone, seenAt: START }));
  see(good(START + 2 * DAY));
  see(plain('unregistered', { ...phone, seenAt: START + 90 * DAY }));
  const days = standings.peek(OFFICE)?.goodDays?.map(({ day }) => day) ?? [];
  assert.equal(days.length, 31);
  assert.deepEqual(
    days,
    days.toSorted((a, b) => a - b),
  );
  assert.equal(
    goodTraffic({ lastGoodCallAt: undefined, goodDays: undefined }, policyOf(), START),
    undefined,
  );
});
