import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fromRoot } from '../root.ts';
import { classesOf, genuineEvents, headerOf, passes } from './ami-event.ts';

const INJECTED = ['![[:cntrl:]]{4}[^[:cntrl:]]', '![^[:cntrl:]][[:cntrl:]][^[:cntrl:]]'];

describe('passes', () => {
  const event = 'Event: Newchannel\r\nPrivilege: call,all\r\nCallerIDNum: 100\r\n\r\n';
  const rows: [what: string, event: string, filters: string[], passes: boolean][] = [
    ['no filter', event, [], true],
    ['an ordinary event', event, INJECTED, true],
    ['a frame within', event.replace('100', '1\r\n\r\nEvent: X'), INJECTED, false],
    ['a bare LF', event.replace('100', '1\nEvent: X'), INJECTED, false],
    ['one that includes', event, ['^Event: Newchannel', '^Event: Hangup'], true],
    ['one that includes others', event, ['^Event: Hangup[[:cntrl:]]'], false],
    ['both', event, ['^Event: Newchannel', '!CallerIDNum: 100'], false],
    ['a line in the event', event, ['^CallerIDNum'], false],
  ];
  for (const [what, text, filters, expected] of rows) {
    it(`${what}: ${expected}`, () => assert.equal(passes(text, filters), expected));
  }
});

describe('genuineEvents', () => {
  it('keeps what a caller broke off with the event it broke', () => {
    const capture = readFileSync(
      fromRoot('test/captures/asterisk/16-chansip-inject-from-full.ami.txt'),
      'latin1',
    );
    const events = genuineEvents(capture);
    assert.ok(events.length > 40);
    assert.deepEqual(
      events.filter((event) => event.startsWith('Event: InvalidPassword')),
      [],
    );
    const call = events.find((event) => event.startsWith('Event: Newchannel')) ?? '';
    assert.ok(call.includes('\r\n\r\nEvent: InvalidPassword\r\n'));
    assert.deepEqual(classesOf(call), ['call']);
    assert.match(headerOf(call, 'Channel') ?? '', /^SIP\//);
  });
});
