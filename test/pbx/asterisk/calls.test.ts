import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SipEvent } from '../../../src/event/sip-event.ts';
import { type Calls, trackCalls } from '../../../src/pbx/asterisk/calls.ts';
import type { AmiSession } from '../../../src/pbx/asterisk/session.ts';
import type { CallOpened } from '../../../src/pbx/asterisk/translate-channel.ts';
import { sessionOf } from './calls-session.ts';

interface Desk {
  readonly calls: Calls;
  readonly events: SipEvent[];
  readonly counters: { unknownSources: number };
}

/** @param told what the PBX says of the endpoint: challenged or not, or nothing */
function deskWith(verdicts: AmiSession, told: boolean | 'nothing' = true): Desk {
  const events: SipEvent[] = [];
  const counters = { unknownSources: 0 };
  const calls = trackCalls({
    pbx: 'lab',
    verdicts,
    registrations: {
      mustAuthenticate: () => Promise.resolve(told === 'nothing' ? undefined : told),
    },
    listener: { event: (event) => events.push(event) },
    counters,
    now: () => 7,
  });
  return { calls, events, counters };
}

const pjsip = (n = 1): CallOpened => ({
  technology: 'PJSIP',
  channel: `PJSIP/anonymous-0000000${n}`,
  callingNumber: '100',
});
const remote = (address: string) => (_: string, variable: string) =>
  variable === 'CHANNEL(pjsip,remote_addr)' ? address : '';

describe('trackCalls', () => {
  it('reads addresses as each driver writes them', async () => {
    const table: [string, [string, number] | undefined][] = [
      ['198.18.11.20:52180', ['198.18.11.20', 52_180]],
      ['[2001:db8:10:11::1]:47490', ['2001:db8:10:11::1', 47_490]],
      ['198.18.11.20', ['198.18.11.20', 0]],
      ['(null)', undefined],
      ['', undefined],
    ];
    for (const [text, expected] of table) {
      const { calls, counters } = deskWith(sessionOf(remote(text)));
      const event = await calls.opened(pjsip());
      assert.deepEqual(event && [event.source.address, event.source.port], expected, text);
      assert.equal(counters.unknownSources, expected === undefined ? 1 : 0);
    }
  });

  it('asks chan_sip its own questions', async () => {
    const answers = new Map([
      ['CHANNEL(recvip)', '198.18.11.60'],
      ['CHANNEL(useragent)', 'pplsip'],
      ['CHANNEL(peername)', '7002'],
      ['SIP_HEADER(From)', '"x" <sip:100@1.1.1.1>;tag=3533'],
      ['SIPDOMAIN', 'pbx.example'],
    ]);
    const session = sessionOf((_, variable) => answers.get(variable) ?? '');
    const { calls } = deskWith(session);
    const event = await calls.opened({ technology: 'SIP', channel: 'SIP/7002-00000001' });
    assert.deepEqual(session.asked, [...answers.keys()]);
    assert.equal(event?.userAgent, 'pplsip');
    assert.deepEqual([event?.fromHost, event?.fromTag], ['1.1.1.1', '3533']);
    assert.deepEqual(
      [event?.endpoint, event?.proof, event?.authenticated],
      ['7002', 'proven', true],
    );
  });

  it('leaves calls alone that chan_sip started itself', async () => {
    for (const [domain, judged] of [
      ['', 0],
      ['pbx.example', 1],
    ] as const) {
      const answers = new Map([
        ['CHANNEL(recvip)', '198.18.12.1'],
        ['SIPDOMAIN', domain],
      ]);
      const { calls, events, counters } = deskWith(sessionOf((_, one) => answers.get(one) ?? ''));
      const opened = { technology: 'SIP', channel: 'SIP/strunk-00000001' } as const;
      await calls.opened({ ...opened, maybeOutgoing: true });
      assert.deepEqual([events.length, counters.unknownSources], [judged, 0]);
    }
  });

  it('asks once more when the source is empty at first', async () => {
    let times = 0;
    const session = sessionOf((_, variable) =>
      variable === 'CHANNEL(pjsip,remote_addr)' && ++times === 2 ? '198.18.11.20:1' : '',
    );
    const { calls, counters } = deskWith(session);
    assert.equal((await calls.opened(pjsip()))?.source.address, '198.18.11.20');
    assert.equal(counters.unknownSources, 0);
  });

  it('asks chan_sip again and again, which on a busy machine attaches the dialog late', async () => {
    let times = 0;
    const session = sessionOf((_, variable) =>
      variable === 'CHANNEL(recvip)' && ++times === 6 ? '198.18.11.20' : '',
    );
    const { calls, counters } = deskWith(session);
    const late = { ...pjsip(), technology: 'SIP' as const, channel: 'SIP/198.18.10.1-00000001' };
    assert.equal((await calls.opened(late))?.source.address, '198.18.11.20');
    assert.equal(counters.unknownSources, 0);
  });

  it('counts what the PBX does not answer', async () => {
    const { calls, events, counters } = deskWith(sessionOf(() => undefined));
    assert.equal(await calls.opened(pjsip()), undefined);
    assert.deepEqual([events.length, counters.unknownSources], [0, 1]);
  });

  it('takes no endpoint for a stranger while its rights are unknown', async () => {
    const answers = new Map([
      ['CHANNEL(pjsip,remote_addr)', '198.18.13.1:5099'],
      ['CHANNEL(endpoint)', '6002'],
    ]);
    const session = sessionOf((_, variable) => answers.get(variable) ?? '');
    const { calls, events, counters } = deskWith(session, 'nothing');
    assert.equal(await calls.opened(pjsip()), undefined);
    assert.deepEqual([events.length, counters.unknownSources], [0, 1]);
    const trunk = deskWith(session, false);
    assert.equal((await trunk.calls.opened(pjsip()))?.proof, 'forgeable');
  });

  it('judges a channel once, whatever names it again', async () => {
    const session = sessionOf(remote('198.18.11.20:1'));
    const { calls, events } = deskWith(session);
    await calls.opened(pjsip());
    await calls.opened({ ...pjsip(), callingNumber: 'forged' });
    assert.deepEqual(
      events.map(({ callingNumber }) => callingNumber),
      ['100'],
    );
  });

  it('tells the end after the beginning, though the source comes late', async () => {
    const { calls, events } = deskWith(sessionOf(remote('198.18.11.20:1')));
    const opened = calls.opened({ ...pjsip(), injected: true });
    calls.dialled(pjsip().channel);
    calls.ended(pjsip().channel);
    assert.equal(events.length, 0);
    await opened;
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['call', 'call-ended'],
    );
    const end = events[1];
    assert.ok(end?.kind === 'call-ended' && end.rang && !('injected' in end));
    assert.equal(calls.knows(pjsip().channel), false);
  });

  it('asks about no more calls at once than a PBX can be busy with', async () => {
    const session = sessionOf(() => new Promise(() => undefined));
    const { calls, counters } = deskWith(session);
    for (let n = 0; n < 2500; n++) void calls.opened({ ...pjsip(), channel: `PJSIP/x-${n}` });
    assert.equal(session.asked.length, 2000 * 5);
    assert.equal(counters.unknownSources, 500);
  });
});
