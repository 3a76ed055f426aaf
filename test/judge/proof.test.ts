import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Proof } from '../../src/event/sip-event.ts';
import { forgive } from '../../src/judge/jail-time.ts';
import { call, court, plain, policyOf, SCANNER, START } from './fixture.ts';

const DAY = 86_400_000;

test('proof by ladder: jail time for proven evidence, quarantine for what can be forged', () => {
  const table: [Proof, number[], boolean | undefined][] = [
    ['proven', [3600, 86_400, 604_800, 604_800], undefined],
    ['forgeable', [600, 3600, 3600, 3600], true],
  ];
  for (const [proof, ladder, quarantine] of table) {
    const { seeMany } = court();
    ladder.forEach((seconds, step) => {
      const ban = seeMany(plain('acl-denied', { proof, seenAt: START + step * 9 * DAY }), 3);
      assert.equal(ban.answer, 'ban', ban.why);
      assert.deepEqual([ban.jailSeconds, ban.quarantine, ban.proof], [seconds, quarantine, proof]);
    });
  }
});

test('proven hits reach jail only alone; mixed ones reach quarantine', () => {
  const mixed = court();
  mixed.see(plain('acl-denied', { proof: 'proven' }));
  mixed.see(plain('acl-denied'));
  const quarantine = mixed.see(plain('acl-denied', { proof: 'proven' }));
  assert.deepEqual([quarantine.answer, quarantine.proof], ['ban', 'forgeable']);
  assert.match(quarantine.why, /could be forged, so quarantine only$/);

  const sweep = court();
  const proofs: Proof[] = ['proven', 'proven', 'proven', 'proven', 'forgeable'];
  const last = proofs.map((proof, at) =>
    sweep.see(plain('auth-failure', { proof, account: `${at}` })),
  );
  assert.equal(last[4]?.quarantine, true);
});

test('flood and sweep over proven transports earn jail', () => {
  const flood = court().seeMany(plain('challenged', { proof: 'proven' }), 40, 10);
  assert.deepEqual([flood.rule, flood.quarantine], ['flood', undefined]);
  const { see } = court();
  const verdicts = [0, 1, 2, 3, 4].map((at) =>
    see(plain('unknown-account', { proof: 'proven', account: `${at}` })),
  );
  assert.deepEqual([verdicts[4]?.rule, verdicts[4]?.quarantine], ['account-sweep', undefined]);
});

test('the two ladders do not lift each other', () => {
  const { seeMany } = court();
  assert.equal(seeMany(call(), 3).jailSeconds, 600);
  assert.equal(seeMany(call({ proof: 'proven', seenAt: START + DAY }), 3).jailSeconds, 3600);
  assert.equal(seeMany(call({ seenAt: START + 2 * DAY }), 3).jailSeconds, 3600);
});

test('quiet time steps down one step at a time, counted from the end of the last ban', () => {
  const forgetMs = policyOf().jail.forgetSeconds * 1000;
  const table: [bans: number, gapMs: number, seconds: number][] = [
    [1, forgetMs - 1000, 86_400],
    [1, forgetMs, 3600],
    [2, forgetMs - 1000, 604_800],
    [2, forgetMs, 86_400],
    [2, forgetMs * 2, 3600],
    [2, forgetMs * 9, 3600],
    [3, forgetMs, 604_800],
    [3, forgetMs * 3, 3600],
  ];
  for (const [bans, gapMs, seconds] of table) {
    const { seeMany, standings } = court();
    let now = START;
    for (let at = 0; at < bans; at++) {
      seeMany(call({ proof: 'proven', seenAt: now }), 3, 1);
      now = (standings.peek(SCANNER)?.bannedUntil ?? now) + 1;
    }
    const next = seeMany(call({ proof: 'proven', seenAt: now - 1 + gapMs }), 3, 1);
    assert.equal(next.jailSeconds, seconds, `${bans} bans, then ${gapMs / DAY} days`);
  }
});

test('after forgiving, the ladder is climbed from where it led', () => {
  const { seeMany } = court();
  const steps = [0, 2, 120, 122].map(
    (days) => seeMany(call({ proof: 'proven', seenAt: START + days * DAY }), 3).jailSeconds,
  );
  assert.deepEqual(steps, [3600, 86_400, 3600, 86_400]);
});

test('what is forgiven is forgiven once, though the ban is refused', () => {
  const { seeMany, see, standings } = court();
  standings.restore({ target: SCANNER, bans: 3, quarantines: 0, lastUntil: START - 31 * DAY });
  const event = plain('acl-denied', { proof: 'proven' });
  const standing = standings.peek(SCANNER);
  assert.ok(standing !== undefined);
  for (let at = 0; at < 5; at++) forgive(standing, START, 30 * DAY);
  assert.equal(standing.bans, 2);
  assert.equal(seeMany(event, 3).jailSeconds, 604_800);
  assert.equal(see(event).answer, 'watch');
});

test('hits of a source that is shut out already ban nothing twice', () => {
  const { seeMany, see, standings } = court();
  assert.equal(seeMany(call({ proof: 'proven' }), 3).answer, 'ban');
  const during = seeMany(call({ proof: 'proven', seenAt: START + 5000 }), 50);
  assert.deepEqual([during.answer, during.rule], ['reject', 'stranger-call']);
  assert.match(during.why, /already shut out until 2027-01-15 09:00 UTC$/);
  assert.equal(see(plain('auth-failure', { seenAt: START + 60_000 })).answer, 'watch');
  assert.equal(standings.peek(SCANNER)?.bans, 1);
  // They are no evidence for the next ban either: that needs a full count of its own.
  const after = START + 3_602_001;
  assert.equal(see(call({ proof: 'proven', seenAt: after })).answer, 'reject');
});

test('a shut-out source does not call, even where strangers may', () => {
  const { seeMany, see } = court(policyOf({ fromStrangers: 'pass' }));
  seeMany(plain('acl-denied'), 3);
  const verdict = see(call({ seenAt: START + 5000 }));
  assert.deepEqual([verdict.answer, verdict.rule], ['reject', 'shut-out']);
});
