import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipEvent } from '../../../src/event/sip-event.ts';
import { createDialledNumbers, isPlainWay, WAYS_KEPT } from '../../../src/judge/dialled.ts';
import {
  call,
  court,
  OFFICE,
  plain,
  policyOf,
  registered,
  START,
  TRUNK,
  worldOf,
} from '../fixture.ts';

const open = policyOf({ fromStrangers: 'pass', rules: { 'dialled-junk': undefined } });
const HOUR = 3_600_000;

/** Distinct ways that these numbers are dialled in. */
function waysOf(...numbers: string[]): number {
  const memory = createDialledNumbers();
  const seen = { proof: 'forgeable', now: START, since: START - 1 } as const;
  const counts = numbers.map((number) => memory.note(number, seen).length);
  return counts.at(-1) ?? 0;
}

test('one number as honest people write it is one way', () => {
  const table: [string[], number][] = [
    [['+31201234567', '0031201234567', '01131201234567', '31201234567', '0201234567'], 1],
    [['+49 30 1234567890', '030-1234567890', '0049301234567890'], 1],
    [['972597562518', '+972597562518', '0597562518'], 1],
    [['00972597562518', '000972597562518', '9011972597562518', '+00972597562518'], 4],
    [['824810441519471629', '825810441519471629', '826810441519471629'], 3],
    [['981046500729221', '81046500729221', '0046500729221', '+46500729221'], 3],
    [['00972597562518', '00972597562519'], 1],
    [['6001', '6002', '7001'], 0],
    [['anna', '00972597562518;ext=1', `1${'0'.repeat(60)}`], 0],
  ];
  for (const [numbers, ways] of table) assert.equal(waysOf(...numbers), ways, numbers.join(' '));
});

test('the third prefix is hit, whoever dialled the others', () => {
  const { see } = court(open);
  const dial = (calledNumber: string, from: string, afterMs: number) =>
    see(call({ calledNumber, from, seenAt: START + afterMs }));
  assert.equal(dial('000972597562518', '100.0.0.1', 0).rule, 'no-rule');
  assert.equal(dial('9011972597562518', '100.0.0.2', HOUR).rule, 'no-rule');
  const third = dial('+00972597562518', '100.0.0.3', 2 * HOUR);
  assert.deepEqual([third.answer, third.rule, third.quarantine], ['ban', 'number-sweep', true]);
  assert.match(
    third.why,
    /^dialled \+00972597562518: one number behind 3 prefixes in 2 h, like 9011972597562518 and 000972597562518 \(limit 3 in 24 h\)/,
  );
});

test('who dials the swept number as it is, is not hit', () => {
  const { see } = court(open);
  const sweep = ['000972597562518', '9011972597562518', '9810972597562518', '+00972597562518'];
  for (const [at, calledNumber] of sweep.entries()) {
    see(call({ calledNumber, from: `100.0.0.${at}` }));
  }
  for (const calledNumber of ['+972597562518', '00972597562518', '0597562518']) {
    const honest = see(call({ calledNumber, from: '100.0.1.1', seenAt: START + 1000 }));
    assert.deepEqual([honest.answer, honest.rule], ['pass', 'no-rule'], calledNumber);
  }
});

test('what is a day old does not count', () => {
  const { see } = court(open);
  see(call({ calledNumber: '000972597562518' }));
  see(call({ calledNumber: '9011972597562518', seenAt: START + HOUR }));
  const late = see(call({ calledNumber: '9810972597562518', seenAt: START + 25 * HOUR }));
  assert.equal(late.rule, 'no-rule');
});

test('trunks, registered and once good sources neither add to a sweep nor are hit', () => {
  const world = worldOf({ registrations: registered(OFFICE, '210') });
  const { see, standings } = court(open, world);
  const numbers = ['000972597562518', '9011972597562518', '9810972597562518', '+00972597562518'];
  const events = (kind: 'call' | 'challenged', from: string): SipEvent[] =>
    numbers.map((calledNumber) =>
      kind === 'call' ? call({ calledNumber, from }) : plain(kind, { calledNumber, from }),
    );
  see(call({ from: '100.0.9.9', authenticated: true }));
  const good = [
    ...events('call', TRUNK),
    ...events('call', OFFICE),
    ...events('challenged', OFFICE),
    ...events('challenged', '100.0.9.9'),
  ];
  for (const event of good) {
    const verdict = see(event);
    assert.equal(verdict.answer, 'pass', verdict.why);
  }
  assert.equal(standings.peek('100.0.9.9')?.hits, undefined);
  const stranger = see(call({ calledNumber: '0000972597562518' }));
  assert.equal(stranger.rule, 'no-rule', 'nobody else has been counted');
});

test("FreeSWITCH's challenges tell a sweep that never answers", () => {
  const { see } = court();
  const verdicts = ['824', '825', '826'].map((prefix, at) =>
    see(
      plain('challenged', {
        calledNumber: `${prefix}810441519471629`,
        callingNumber: '6001',
        seenAt: START + at * 35_000,
      }),
    ),
  );
  assert.deepEqual([verdicts[2]?.answer, verdicts[2]?.rule], ['ban', 'number-sweep']);
});

test('only a sweep whose calls are all proven earns jail', () => {
  const numbers = ['000972597562518', '9011972597562518', '9810972597562518'];
  const last = (proofs: readonly ('proven' | 'forgeable')[]) => {
    const { see } = court(open);
    const verdicts = numbers.map((calledNumber, at) =>
      see(call({ calledNumber, proof: proofs[at] ?? 'proven', from: `100.0.0.${at}` })),
    );
    return verdicts[2]?.quarantine;
  };
  assert.equal(last(['proven', 'proven', 'proven']), undefined);
  assert.equal(last(['forgeable', 'proven', 'proven']), true);
  assert.equal(last(['proven', 'proven', 'forgeable']), true);
});

test('a million numbers cost bounded memory, and so does one number in a thousand ways', () => {
  const memory = createDialledNumbers(100);
  const seen = { proof: 'forgeable', now: START, since: START - 1 } as const;
  for (let at = 0; at < 5000; at++) memory.note(`00${1_000_000_000 + at}`, seen);
  assert.equal(memory.size, 100);
  let ways = memory.note('999972597562518', seen);
  for (let at = 100; at < 1000; at++) ways = memory.note(`${at}000972597562518`, seen);
  assert.equal(ways.length, WAYS_KEPT);
  assert.equal(isPlainWay(ways), false);
});
