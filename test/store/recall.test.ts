import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { recallDialled } from '../../src/judge/recall.ts';
import { court, call, plain, policyOf, SCANNER, START, worldOf } from '../judge/fixture.ts';
import type { VerdictRow } from '../../src/judge/record.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { aRow } from './rows.ts';
import { tempFolder } from './temp.ts';

const DAY = 86_400_000;
const TODAY = Math.floor(START / DAY);

/** A store of a second run: what the first recorded is on the disk. */
function secondRun(context: TestContext, rows: readonly Partial<VerdictRow>[]) {
  const folder = tempFolder(context);
  const first = openStore(folder, { now: () => START });
  for (const row of rows) first.record(aRow({ target: SCANNER, seenAt: START, ...row }));
  first.close();
  const second = openStore(folder, { now: () => START });
  context.after(() => second.close());
  return second;
}

test('good calls come back day by day; what passed by no rule is no good call', (context) => {
  const good = { verdict: 'pass', rule: 'trunk' } as const;
  const store = secondRun(context, [
    { ...good, seenAt: START - 3 * DAY },
    { ...good, seenAt: START - DAY },
    { ...good, seenAt: START - DAY + 1000 },
    { ...good, target: '192.0.2.9', rule: 'authenticated' },
    { ...good, rule: 'no-rule' },
    { verdict: 'reject' },
  ]);
  assert.deepEqual(store.goodCalls(START - 2 * DAY), [
    {
      target: '192.0.2.9',
      goodDays: [{ day: TODAY, calls: 1, registered: false }],
      seenAt: START,
    },
    {
      target: SCANNER,
      goodDays: [{ day: TODAY - 1, calls: 2, registered: false }],
      seenAt: START - DAY + 1000,
    },
  ]);
});

test('after a restart good calls still spare a source', (context) => {
  const rows = [1, 2, 3, 4].map((days) => {
    return { verdict: 'pass', rule: 'trunk', seenAt: START - days * DAY - 1 } as const;
  });
  const store = secondRun(context, rows);
  const { standings, seeMany } = court();
  for (const past of store.goodCalls(START - 7 * DAY)) standings.recall(past);
  const verdict = seeMany(plain('acl-denied', { proof: 'proven' }), 3);
  assert.match(verdict.why, /4 good calls came from it in the last 7 d/);
});

test('after a restart a slow scan goes on where it was', (context) => {
  const store = secondRun(context, [
    { verdict: 'watch', event: 'unknown-account', account: '100', seenAt: START - 2 * DAY },
    { verdict: 'watch', event: 'unknown-account', account: '101', seenAt: START - 2 * DAY + 9 },
    { verdict: 'reject', calledNumber: '00972', seenAt: START - DAY },
    { verdict: 'reject', calledNumber: '00973', seenAt: START - DAY, proof: 'proven' },
    { verdict: 'pass', calledNumber: '6001', rule: 'no-rule' },
    // Seen on one day only: most of a flood are.
    { target: '192.0.2.9', verdict: 'watch', account: '100' },
  ]);
  const [tries, ...others] = store.tries(START - 7 * DAY);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [tries?.target, tries?.accounts.length, tries?.numbers.length, tries?.seenAt],
    [SCANNER, 2, 2, START - DAY],
  );
  assert.deepEqual(tries?.numbers.map(({ provenAt }) => provenAt).toSorted(), [
    START - DAY,
    undefined,
  ]);
  const { standings, see } = court();
  for (const past of store.tries(START - 7 * DAY)) standings.recall(past);
  const verdict = see(plain('unknown-account', { account: '102' }));
  assert.deepEqual([verdict.answer, verdict.rule], ['ban', 'slow-scan']);
  assert.match(verdict.why, /^3 accounts and 2 numbers tried in vain on 3 days/);
});

test('what an earlier ban was for is not brought again', (context) => {
  const days = [3, 2, 1].map((ago) => START - ago * DAY);
  const rows = days.flatMap((seenAt, at) =>
    ['a', 'b'].map((name) => ({ verdict: 'watch' as const, account: `${name}${at}`, seenAt })),
  );
  const store = secondRun(context, rows);
  const { standings, see } = court();
  standings.restore({ target: SCANNER, bans: 1, quarantines: 0, lastUntil: START - 3_600_000 });
  for (const past of store.tries(START - 7 * DAY)) standings.recall(past);
  assert.equal(see(plain('unknown-account', { account: 'c' })).answer, 'watch');
  assert.equal(see(call()).answer, 'reject');
});

test('after a restart a number sweep goes on where it was', (context) => {
  const tried = { verdict: 'reject', rule: 'stranger-call', event: 'call' } as const;
  const sweep = '31201234567';
  const store = secondRun(context, [
    { ...tried, calledNumber: `900${sweep}`, seenAt: START - 2000 },
    { ...tried, calledNumber: `81${sweep}`, seenAt: START - 1000, proof: 'proven' },
    { ...tried, calledNumber: `900${sweep}`, seenAt: START - 1500, proof: 'proven' },
    // None of these is a stranger's evidence, or it is too old.
    { ...tried, calledNumber: `71${sweep}`, seenAt: START - 2 * DAY },
    { ...tried, calledNumber: `72${sweep}`, verdict: 'pass', rule: 'trunk' },
    {
      ...tried,
      calledNumber: `73${sweep}`,
      why: 'junk caller ID "100"; never banned: trunk gntel',
    },
    {
      ...tried,
      calledNumber: `74${sweep}`,
      why: 'x; not shut out: account 201 is registered from it',
    },
    { ...tried, calledNumber: `75${sweep}`, why: 'x; already shut out until 2027-01-01 00:00 UTC' },
  ]);
  const since = START - DAY;
  const past = store.dialled(since);
  assert.deepEqual(past, [
    { number: `900${sweep}`, seenAt: START - 1500, provenAt: START - 1500 },
    { number: `81${sweep}`, seenAt: START - 1000, provenAt: START - 1000 },
  ]);
  const world = worldOf();
  recallDialled(world.dialled, past, since);
  const { answer, rule, quarantine } = court(policyOf(), world).see(
    call({ calledNumber: `902${sweep}`, proof: 'proven' }),
  );
  assert.deepEqual([answer, rule, quarantine], ['ban', 'number-sweep', undefined]);
});
