import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStandings } from '../../src/judge/standings.ts';
import { ACCOUNTS_KEPT } from '../../src/judge/accounts.ts';
import { SEEN_KEPT } from '../../src/judge/standing.ts';
import { source } from '../../src/event/source.ts';
import { aBan, call, court, plain, policyOf, SCANNER, START, TRUNK, worldOf } from './fixture.ts';

const address = (at: number): string => `100.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;

test('a flood from 100,000 addresses neither grows memory nor drives out who is known', () => {
  const { see, seeMany, standings } = court();
  see(plain('acl-denied', { proof: 'proven' }));
  see(call({ from: TRUNK }));
  see(plain('registered', { from: '198.51.100.8', account: '214' }));
  const twice = call({ from: '198.51.100.9' });
  seeMany(twice, 3);
  seeMany({ ...twice, seenAt: START + 700_000 }, 3);
  for (let at = 0; at < 100_000; at++) {
    // Half of them quiet, half with a hit that could be forged.
    const from = address(at);
    see(at % 2 === 0 ? plain('challenged', { from }) : call({ from }));
    assert.ok(standings.size <= 1000);
  }
  assert.equal(standings.size, 1000);
  assert.equal(standings.peek(SCANNER)?.hits?.[0]?.proven?.length, 1);
  assert.equal(standings.peek(TRUNK)?.lastGoodCallAt, START);
  assert.equal(standings.peek('198.51.100.8')?.lastRegisteredAt, START);
  assert.equal(standings.peek('198.51.100.9')?.quarantines, 2);
});

test('quiet ones go before those with hits, the longest silent first', () => {
  const { see, standings } = court(policyOf(), worldOf(), 3);
  see(plain('acl-denied', { from: '100.0.0.1' }));
  see(plain('challenged', { from: '100.0.0.2' }));
  see(plain('challenged', { from: '100.0.0.3' }));
  see(plain('challenged', { from: '100.0.0.2' }));
  see(plain('challenged', { from: '100.0.0.4' }));
  const kept = [1, 2, 3, 4].filter((at) => standings.peek(`100.0.0.${at}`) !== undefined);
  assert.deepEqual(kept, [1, 2, 4]);
});

test('what one source can make us remember is bounded', () => {
  const { see, standings } = court(policyOf({ rules: { 'account-sweep': undefined } }));
  for (let at = 0; at < 5000; at++) {
    see({
      ...plain('auth-failure', {
        account: `a${at}`,
        userAgent: `agent ${at}`,
        seenAt: START + at * 60_000,
      }),
      source: source(SCANNER, 1024 + at),
    });
  }
  const standing = standings.peek(SCANNER);
  assert.ok((standing?.accounts?.length ?? 0) <= ACCOUNTS_KEPT);
  assert.deepEqual(standing?.ports?.length, SEEN_KEPT);
  assert.equal(standing?.userAgents?.at(-1), 'agent 4999');
  assert.equal(standing?.userAgents?.length, SEEN_KEPT);
  assert.ok((standing?.hits?.[0]?.all.length ?? 0) <= 10);
});

const ban = aBan();

test('bans are counted once, by kind, and not those by hand', () => {
  const standings = createStandings(10);
  standings.banned(SCANNER, ban);
  standings.banned(SCANNER, ban);
  assert.equal(standings.peek(SCANNER)?.bans, 1);
  standings.banned(SCANNER, { ...ban, quarantine: true, until: ban.until + 1 });
  standings.banned(SCANNER, { ...ban, by: 'hand', until: ban.until + 2 });
  const { bans, quarantines, bannedUntil } = standings.peek(SCANNER) ?? {};
  assert.deepEqual([bans, quarantines, bannedUntil], [1, 1, ban.until + 2]);
});

test('earlier bans come back after a restart and escalate', () => {
  const { standings, seeMany } = court();
  standings.restore({ target: SCANNER, bans: 1, quarantines: 0, lastUntil: START - 1000 });
  assert.equal(seeMany(call({ proof: 'proven' }), 3).jailSeconds, 86_400);
});

test('a release ends the ban and forgets what led to it', () => {
  const { seeMany, see, standings } = court();
  seeMany(call(), 3);
  standings.released(SCANNER, START + 5000);
  const next = see(call({ seenAt: START + 6000 }));
  assert.match(next.why, /\(1 of 3 in 10 min\)$/);
  standings.released('198.51.100.200', START);
  assert.equal(standings.peek('198.51.100.200'), undefined);
});

test('a forgotten target has no past', () => {
  const { seeMany, standings } = court();
  seeMany(call(), 3);
  standings.forget(SCANNER);
  assert.equal(standings.peek(SCANNER), undefined);
  assert.equal(standings.size, 0);
});
