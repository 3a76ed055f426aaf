import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipEvent } from '../../src/event/sip-event.ts';
import { source } from '../../src/event/source.ts';
import type { Answer } from '../../src/judge/verdict.ts';
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

/** Events of one address, behind which account 210 is registered. */
const scenes: {
  readonly name: string;
  readonly events: readonly SipEvent[];
  readonly want: Answer;
  /** Notices, in their order; each must be there once. */
  readonly notices: readonly RegExp[];
}[] = [
  {
    name: 'one account again and again: a stale password',
    events: times(60, (at) => fail('214', at * 10_000)),
    want: 'watch',
    notices: [
      /^stale password\? account 214 from 198\.51\.100\.7: 10 wrong passwords for 1 account/,
    ],
  },
  {
    name: 'the phone is changed, but not the password: told again',
    events: [
      ...times(20, (at) => ({ ...fail('214', at * 1000), userAgent: 'Yealink SIP-T46S' })),
      ...times(20, (at) => ({ ...fail('214', 20_000 + at * 1000), userAgent: 'Snom D385' })),
    ],
    want: 'watch',
    notices: [/account 214 .*"Yealink SIP-T46S"/, /account 214 .*"Snom D385"/],
  },
  {
    name: 'a sender that changes its name with every packet is told three times',
    events: times(60, (at) => ({ ...fail('214', at * 1000), userAgent: `phone ${at}` })),
    want: 'watch',
    notices: [/"phone 9"/, /"phone 10"/, /"phone 11"/],
  },
  {
    name: 'some accounts tried: one notice for all, no ban yet',
    events: times(19, (at) => fail(`9${at}`, at * 1000)),
    want: 'watch',
    notices: [
      /^somebody guesses\? 10 accounts from 198\.51\.100\.7: 10 wrong passwords for 10 accounts/,
    ],
  },
  {
    name: 'many accounts sprayed: the shield breaks',
    events: times(20, (at) => fail(`9${at}`, at * 1000)),
    want: 'ban',
    notices: [/^somebody guesses\?/],
  },
  {
    name: 'a phone learnt from the registration it lost',
    events: [
      plain('registered', { from: OFFICE, account: '214', userAgent: 'Yealink SIP-T46S' }),
      ...times(60, (at) => fail('214', 90_000 + at * 1000)),
    ],
    want: 'watch',
    notices: [/^stale password\? account 214 .*\(endpoint 214, user agent "Yealink SIP-T46S"\)/],
  },
];

for (const { name, events, want, notices } of scenes) {
  test(`the shield: ${name}`, () => {
    const { see } = court(policyOf(), worldOf({ registrations: registered(OFFICE, '210') }));
    const verdicts = events.map((event) => see(event));
    const strongest = verdicts.some(({ answer }) => answer === 'ban') ? 'ban' : 'watch';
    assert.equal(strongest, want);
    const given = verdicts.flatMap(({ notice }) => (notice === undefined ? [] : [notice]));
    assert.equal(given.length, notices.length, given.join('\n'));
    for (const [at, notice] of notices.entries()) assert.match(given[at] ?? '', notice);
  });
}

test('the phone of a failing account is known as long as the PBX tells it', () => {
  const live = [
    { account: '210', address: OFFICE, userAgent: 'Snom D385' },
    { account: '214', address: OFFICE, userAgent: 'Yealink SIP-T46S' },
  ];
  const registrations = new Map([[OFFICE, live]]);
  const { see } = court(policyOf(), worldOf({ registrations }));
  see(fail('214', 0));
  // Its registration runs out before the tenth wrong password.
  registrations.set(OFFICE, live.slice(0, 1));
  const notices = times(20, (at) => see(fail('214', 60_000 + at * 1000)).notice).filter(Boolean);
  assert.match(
    notices[0] ?? '',
    /account 214 from 198\.51\.100\.7 \(user agent "Yealink SIP-T46S"\)/,
  );
});

/**
 * The order of real messages: Asterisk prints ChallengeSent for every REGISTER and, a millisecond
 * later, SuccessfulAuth, which only makes us ask (captures *-register-ok); our list, and with it
 * `registered`, comes up to a second after. A phone without an answer sends again.
 */
test('two hundred phones that come back at once after an outage: nobody is shut out', () => {
  for (const listAfterMs of [30, 1000, 4000]) {
    const { see, standings } = court();
    const all = times(200, (phone) => phone).flatMap((phone) => {
      const at = START + phone * 11;
      const facts = { from: OFFICE, account: `2${phone}` };
      return [
        plain('challenged', { ...facts, seenAt: at }),
        plain('challenged', { ...facts, seenAt: at + 500 }),
        plain('registered', { ...facts, seenAt: at + listAfterMs, proof: 'proven' }),
      ].map((event) => ({ ...event, source: source(OFFICE, 1024 + phone, 'udp') }));
    });
    const worst = all
      .toSorted((a, b) => a.seenAt - b.seenAt)
      .map((event) => see(event))
      .find(({ answer }) => answer !== 'pass');
    assert.equal(worst, undefined, worst?.why);
    assert.equal(
      standings.peek(OFFICE)?.accounts?.every(({ answered }) => answered),
      true,
    );
  }
});

function fail(account: string, afterMs: number) {
  return plain('auth-failure', { from: OFFICE, account, seenAt: START + afterMs });
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
