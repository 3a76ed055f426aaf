import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallEvent, SipEvent } from '../../../src/event/sip-event.ts';
import { trackCalls } from '../../../src/pbx/freeswitch/calls.ts';

const CALL: CallEvent = {
  kind: 'call',
  pbx: 'fs',
  seenAt: 1,
  source: { address: '203.0.113.9', port: 5060, transport: 'udp' },
  proof: 'forgeable',
  channel: '0b8b739c-0dec-4928-8f00-1f12fbd10e25',
};

type Step = 'opened' | 'rang' | 'ended' | 'waited';

/** What FreeSWITCH tells in which order; what we then tell of the end, and whether it rang. */
const TOLD: readonly [string, readonly Step[], readonly boolean[]][] = [
  ['a call that rang nobody', ['opened', 'ended', 'waited'], [false]],
  ['a call that rang', ['opened', 'rang', 'ended', 'waited'], [true]],
  ['a ring told after the end', ['opened', 'ended', 'rang', 'waited'], [true]],
  ['a ring told much later', ['opened', 'ended', 'waited', 'rang'], [false]],
  ['two phones rung late', ['opened', 'ended', 'rang', 'rang', 'waited'], [true]],
  ['an end told twice', ['opened', 'ended', 'ended', 'waited', 'waited'], [false]],
  ['a beginning told twice', ['opened', 'opened', 'rang', 'ended', 'waited'], [true]],
  ['an end without a beginning', ['ended', 'waited', 'rang'], []],
];

for (const [what, steps, rang] of TOLD) {
  test(`trackCalls: ${what}`, () => {
    const events: SipEvent[] = [];
    const waiting: (() => void)[] = [];
    const listener = { event: (event: SipEvent) => void events.push(event) };
    const calls = trackCalls(
      listener,
      () => 2,
      (tell) => void waiting.push(tell),
    );
    for (const step of steps) {
      if (step === 'waited') for (const tell of waiting.splice(0)) tell();
      else if (step === 'opened') calls.opened(CALL);
      else if (step === 'rang') calls.rang(CALL.channel);
      else calls.ended(CALL.channel);
    }
    const ends = events.flatMap((event) => (event.kind === 'call-ended' ? [event.rang] : []));
    assert.deepEqual(ends, rang);
  });
}
