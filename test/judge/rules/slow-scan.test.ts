import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NUMBERS_KEPT } from '../../../src/judge/numbers.ts';
import type { Verdict } from '../../../src/judge/verdict.ts';
import {
  call,
  court,
  OFFICE,
  plain,
  policyOf,
  registered,
  SCANNER,
  START,
  worldOf,
} from '../fixture.ts';

const DAY = 86_400_000;
/** Two tries a day, hours apart. */
const times = [0, 1, 2, 3].flatMap((day) => [START + day * DAY, START + day * DAY + 7_200_000]);

test('a few accounts a day, for days, are a scan', () => {
  const { see } = court();
  const verdicts = times.map((seenAt, at) =>
    see(plain('unknown-account', { account: `10${at}`, seenAt })),
  );
  assert.deepEqual(verdicts.map(({ answer }) => answer).slice(0, 5), [
    'watch',
    'watch',
    'watch',
    'watch',
    'ban',
  ]);
  assert.equal(verdicts[4]?.rule, 'slow-scan');
  assert.match(
    verdicts[4]?.why ?? '',
    /^5 accounts tried in vain on 3 days \(limit 5 on 3 in 7 d\); could be forged/,
  );
});

test('a few numbers a day, for days, are a scan; accounts and numbers are counted together', () => {
  const calls = court();
  const dialled = times.map((seenAt, at) =>
    calls.see(call({ calledNumber: `00${at}`, seenAt, proof: 'proven' })),
  );
  const found = dialled.find(({ answer }) => answer === 'ban');
  assert.deepEqual([found?.rule, found?.quarantine], ['slow-scan', undefined]);
  assert.match(found?.why ?? '', /^5 numbers tried in vain on 3 days/);

  const mixed = court();
  const both = times.map((seenAt, at) =>
    mixed.see(
      at % 2 === 0
        ? call({ calledNumber: `00${at}`, seenAt })
        : plain('auth-failure', { account: `10${at}`, seenAt }),
    ),
  );
  assert.match(both.find(({ rule }) => rule === 'slow-scan')?.why ?? '', /accounts and . numbers/);
});

const honest: [string, (at: number) => Verdict][] = [];
{
  const stale = court();
  const seenAt = (at: number) => times[at] ?? START;
  honest.push([
    'one stale phone, however long',
    (at) => stale.see(plain('auth-failure', { account: '214', seenAt: seenAt(at) })),
  ]);
  const friend = court(policyOf({ fromStrangers: 'pass' }));
  honest.push([
    'an open site, whose strangers may call',
    (at) => friend.see(call({ calledNumber: `60${at}`, seenAt: seenAt(at) })),
  ]);
  const redial = court();
  honest.push([
    'one number again and again',
    (at) => redial.see(call({ calledNumber: '6001', seenAt: seenAt(at) })),
  ]);
  const office = court(policyOf(), worldOf({ registrations: registered(OFFICE, '210') }));
  honest.push([
    'an office with registered phones',
    (at) =>
      office.see(plain('auth-failure', { from: OFFICE, account: `9${at}`, seenAt: seenAt(at) })),
  ]);
  const returning = court();
  honest.push([
    'phones that register after a wrong answer',
    (at) => {
      const facts = { account: `2${at}`, from: OFFICE, seenAt: seenAt(at) };
      const verdict = returning.see(plain('auth-failure', facts));
      returning.see(plain('registered', facts));
      return verdict;
    },
  ]);
}
for (const [name, see] of honest) {
  test(`no slow scan: ${name}`, () => {
    for (const at of times.keys()) assert.notEqual(see(at).answer, 'ban');
  });
}

test('all on one day, or long ago, is no slow scan', () => {
  const rules = { 'account-sweep': undefined, 'scanner-shape': undefined };
  const day = court(policyOf({ rules }));
  for (let at = 0; at < 9; at++) {
    const verdict = day.see(plain('unknown-account', { account: `1${at}`, seenAt: START + at }));
    assert.equal(verdict.answer, 'watch', verdict.why);
  }
  const old = court();
  for (let at = 0; at < 20; at++) {
    const seenAt = START + at * 3 * DAY;
    assert.equal(old.see(plain('unknown-account', { account: `1${at}`, seenAt })).answer, 'watch');
  }
});

test('numbers are bounded, and paid for by the ban', () => {
  const { see, standings } = court(policyOf({ rules: { 'slow-scan': undefined } }));
  for (let at = 0; at < 500; at++) {
    see(call({ calledNumber: `5${at}`, seenAt: START + at * DAY }));
    assert.ok((standings.peek(SCANNER)?.numbers?.length ?? 0) <= NUMBERS_KEPT);
  }
  const scan = court();
  for (const [at, seenAt] of times.entries()) scan.see(call({ calledNumber: `00${at}`, seenAt }));
  assert.ok((scan.standings.peek(SCANNER)?.numbers?.length ?? 0) < 5);
});
