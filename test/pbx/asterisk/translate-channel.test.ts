import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { TEXT_LIMIT } from '../../../src/event/text.ts';
import { translateChannel } from '../../../src/pbx/asterisk/translate-channel.ts';
import { channelFrame, frameOf } from './translate-frames.ts';

function what(name: string, changes: Record<string, string | undefined> = {}): string {
  const news = translateChannel(channelFrame(name, changes), undefined);
  return news === undefined ? 'nothing' : (Object.keys(news)[0] ?? '');
}

describe('translateChannel', () => {
  const sip = { Channel: 'SIP/198.18.10.1-00000001', ChannelState: '0', ChannelStateDesc: 'Down' };
  const table: [string, Record<string, string | undefined>, string][] = [
    ['Newchannel', {}, 'opened'],
    ['Newchannel', { ChannelState: '0' }, 'nothing'],
    ['Newchannel', { Channel: 'Local/6001@x-00000001;1' }, 'nothing'],
    ['Newchannel', { Channel: 'DAHDI/1-1' }, 'nothing'],
    ['Newchannel', { Channel: 'PJSIP/a b-00000001' }, 'nothing'],
    ['Newchannel', { Channel: `PJSIP/${'a'.repeat(80)}` }, 'nothing'],
    // chan_sip opens its channels in state 0, those that come in and those that go out.
    ['Newchannel', sip, 'opened'],
    ['Newchannel', { ...sip, Linkedid: '1795420000.1' }, 'nothing'],
    ['DialBegin', { DestChannel: 'PJSIP/6001-00000002' }, 'dialled'],
    ['DialBegin', { Channel: undefined, DestChannel: 'PJSIP/6001-00000002' }, 'nothing'],
    ['Hangup', { Cause: '21', 'Cause-txt': 'Call Rejected', TechCause: 'x' }, 'ended'],
    ['Newstate', {}, 'nothing'],
    // Key injection: one is gone, or one is among them that Asterisk does not print there.
    ['Newchannel', { Uniqueid: undefined }, 'refused'],
    ['Newchannel', { Channel: undefined }, 'refused'],
    ['Hangup', { Linkedid: undefined }, 'refused'],
    // A later Asterisk may print more at the end.
    ['Newchannel', { TenantID: 'x' }, 'opened'],
  ];
  for (const [name, changes, expected] of table) {
    it(`${name} ${JSON.stringify(changes).slice(0, 90)} is ${expected}`, () => {
      assert.equal(what(name, changes), expected);
    });
  }

  it('refuses a key that stands between those of the snapshot', () => {
    const fields = [...channelFrame('Newchannel').fields];
    const at = fields.findIndex(([key]) => key === 'CallerIDName');
    const forged = Object.fromEntries(fields.toSpliced(at, 0, ['Foo', 'bar']));
    assert.ok('refused' in (translateChannel(frameOf(forged), undefined) ?? {}));
  });

  it('gives what the caller said, cleaned', () => {
    const changes = {
      CallerIDNum: '+420222000111',
      CallerIDName: 'Zákazník \u05e9\u200f',
      Exten: 's',
    };
    assert.deepEqual(translateChannel(channelFrame('Newchannel', changes), undefined), {
      opened: {
        technology: 'PJSIP',
        channel: 'PJSIP/anonymous-00000001',
        callingNumber: '+420222000111',
        callingName: 'Zákazník \u05e9\u200f',
        calledNumber: 's',
        context: 'public',
      },
    });
  });

  it('marks what chan_sip may have started itself', () => {
    for (const [Exten, expected] of [
      ['s', true],
      ['6001', undefined],
    ] as const) {
      const news = translateChannel(channelFrame('Newchannel', { ...sip, Exten }), undefined);
      assert.ok(news !== undefined && 'opened' in news);
      assert.equal(news.opened.maybeOutgoing, expected);
    }
  });

  it('marks a call whose texts hold control characters', () => {
    for (const key of ['CallerIDNum', 'CallerIDName', 'Exten']) {
      const news = translateChannel(channelFrame('Newchannel', { [key]: '1\n2' }), undefined);
      assert.ok(news !== undefined && 'opened' in news);
      assert.equal(news.opened.injected, true, key);
    }
  });

  it('believes only who prints the channel token, once there is one', () => {
    assert.equal(openedWith('GHOSTGATE_TOKEN=s3cr3t'), 'opened');
    assert.equal(openedWith('OTHER=', 'GHOSTGATE_TOKEN=s3cr3t'), 'opened');
    assert.equal(openedWith(), 'refused');
    assert.equal(openedWith('GHOSTGATE_TOKEN='), 'refused');
    assert.equal(openedWith('GHOSTGATE_TOKEN=s3cr3t2'), 'refused');
  });

  it('never throws, never lets control characters or long text out', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.constant('PJSIP/x-1'));
    const keys = [...channelFrame('Newchannel').fields.keys()].filter((key) => key !== 'Event');
    const changes = fc.dictionary(fc.constantFrom(...keys), text);
    const name = fc.constantFrom('Newchannel', 'Hangup', 'DialBegin');
    fc.assert(
      fc.property(name, changes, (event, changed) => {
        const news = translateChannel(channelFrame(event, changed), undefined);
        for (const value of Object.values(news ?? {}).flatMap((one: object | string) =>
          typeof one === 'string' ? [one] : Object.values(one),
        )) {
          if (typeof value !== 'string') continue;
          assert.ok(value.length <= TEXT_LIMIT);
          // oxlint-disable-next-line no-control-regex -- Control characters are what it looks for.
          assert.doesNotMatch(value, /[\u0000-\u001f\u007f-\u009f]/);
        }
      }),
    );
  });
});

function openedWith(...variables: string[]): string | undefined {
  const news = translateChannel(channelFrame('Newchannel', {}, variables), 's3cr3t');
  return Object.keys(news ?? {})[0];
}
