import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, court, OFFICE, plain, policyOf, registered, START, worldOf } from './fixture.ts';

const office = worldOf({ registrations: registered(OFFICE, '210', '211', '212') });
const stale = plain('auth-failure', {
  from: OFFICE,
  account: '214',
  endpoint: '214',
  userAgent: 'Yealink SIP-T46S',
});

test('one stale phone behind an office gives one notice and no ban', () => {
  const { seeMany, see } = court(policyOf(), office);
  const at = seeMany(stale, 10);
  assert.deepEqual([at.answer, at.rule], ['watch', 'auth-failure']);
  assert.match(at.why, /not shut out: account 210 and 2 more are registered from it$/);
  assert.match(
    at.notice ?? '',
    /^stale password\? account 214 from 198\.51\.100\.7 \(endpoint 214, user agent "Yealink SIP-T46S"\): 10 wrong passwords for 1 account/,
  );
  for (let more = 10; more < 500; more++) {
    const verdict = see({ ...stale, seenAt: START + more * 1000 });
    assert.deepEqual([verdict.answer, verdict.notice], ['watch', undefined]);
  }
});

test('another account or another rule is news, and so is one that failed anew', () => {
  const { seeMany, see } = court(policyOf(), office);
  const notice = (account: string, seenAt: number) =>
    see({ ...stale, account, seenAt }).notice !== undefined;
  seeMany(stale, 10);
  assert.equal(notice('215', START + 11_000), true);
  assert.equal(notice('214', START + 12_000), false);
  assert.equal(notice('215', START + 13_000), false);
  const denied = plain('acl-denied', { from: OFFICE, account: '214', seenAt: START + 14_000 });
  assert.notEqual(seeMany(denied, 3).notice, undefined);
  see(plain('registered', { from: OFFICE, account: '214', seenAt: START + 20_000 }));
  assert.equal(notice('214', START + 21_000), true);
});

test('many distinct accounts break the shield, at their own limit', () => {
  const { see } = court(policyOf(), office);
  const answers = Array.from({ length: 20 }, (_, at) =>
    see(plain('unknown-account', { from: OFFICE, account: `9${at}`, seenAt: START + at * 1000 })),
  );
  assert.ok(answers.slice(0, 19).every(({ answer }) => answer === 'watch'));
  assert.deepEqual([answers[19]?.answer, answers[19]?.rule], ['ban', 'account-sweep']);
  assert.match(answers[19]?.why ?? '', /limit 20 in 10 min for a source with live registrations/);
});

test('sixty phones that come back at once after an outage are no flood and no sweep', () => {
  // The list of registrations is empty yet: the outage ended them all.
  const { see } = court();
  const storm = [0, 1, 2].flatMap((round) =>
    Array.from({ length: 60 }, (_, phone) => ({
      phone: `2${phone}`,
      at: START + round * 8000 + phone * 20,
    })),
  );
  for (const { phone, at } of storm) {
    const facts = { from: OFFICE, account: phone, proof: 'proven' as const };
    const challenged = see(plain('challenged', { ...facts, seenAt: at }));
    assert.equal(challenged.answer, 'pass', challenged.why);
    see(plain('registered', { ...facts, seenAt: at + 10 }));
  }
});

test('accounts of live registrations are not tried in vain, whatever we missed', () => {
  const accounts = Array.from({ length: 60 }, (_, phone) => `2${phone}`);
  const world = worldOf({ registrations: registered(OFFICE, ...accounts) });
  const { see } = court(policyOf(), world);
  for (const round of [0, 1, 2]) {
    for (const [at, account] of accounts.entries()) {
      const seenAt = START + round * 60_000 + at;
      const verdict = see(plain('challenged', { from: OFFICE, account, seenAt }));
      assert.equal(verdict.answer, 'pass', verdict.why);
    }
  }
});

test('a shield without trust in registered sources still keeps them from a ban', () => {
  const { seeMany } = court(policyOf({ trustRegistered: false }), office);
  const verdict = seeMany(call({ from: OFFICE }), 30, 1);
  assert.deepEqual([verdict.answer, verdict.rule], ['reject', 'stranger-call']);
});

test('the shield ends with the registration', () => {
  const { seeMany } = court();
  assert.equal(seeMany(stale, 10).answer, 'ban');
});
