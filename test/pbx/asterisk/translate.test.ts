import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { TEXT_LIMIT } from '../../../src/event/text.ts';
import { SECURITY_EVENTS } from '../../../src/pbx/asterisk/security-shape.ts';
import { translateSecurity } from '../../../src/pbx/asterisk/translate.ts';
import { frameOf, securityFrame } from './translate-frames.ts';

function kindOf(name: string, changes: Record<string, string | undefined> = {}): string {
  const news = translateSecurity(securityFrame(name, changes), 'lab', 5);
  if (news === undefined) return 'nothing';
  if ('event' in news) return news.event.kind;
  return 'hint' in news ? 'hint' : 'refused';
}

describe('translateSecurity', () => {
  const table: [string, Record<string, string | undefined>, string][] = [
    ['InvalidAccountID', {}, 'unknown-account'],
    ['ChallengeResponseFailed', {}, 'auth-failure'],
    ['InvalidPassword', { Service: 'SIP', EventVersion: '2' }, 'auth-failure'],
    ['ChallengeSent', {}, 'challenged'],
    ['FailedACL', {}, 'acl-denied'],
    ['FailedACL', { ACLName: undefined }, 'acl-denied'],
    ['FailedACL', { ACLName: 'registrar_attempt_without_configured_aors' }, 'unknown-account'],
    // The password was right: never evidence.
    ['FailedACL', { ACLName: 'registrar_attempt_exceeds_maximum_configured_contacts' }, 'nothing'],
    ['RequestBadFormat', {}, 'bad-request'],
    ['RequestBadFormat', { AccountID: undefined }, 'bad-request'],
    ['RequestNotSupported', {}, 'bad-request'],
    ['RequestNotAllowed', { RequestParams: 'x' }, 'bad-request'],
    ['InvalidTransport', {}, 'bad-request'],
    ['UnexpectedAddress', {}, 'bad-request'],
    ['AuthMethodNotAllowed', {}, 'bad-request'],
    // Our own PBX's troubles.
    ['SessionLimit', {}, 'nothing'],
    ['MemoryLimit', {}, 'nothing'],
    ['LoadAverageLimit', {}, 'nothing'],
    // Trust is never taken from an event.
    ['SuccessfulAuth', {}, 'hint'],
    ['SuccessfulAuth', { UsingPassword: '0' }, 'nothing'],
    // A mistyped AMI password must not ban localhost.
    ['InvalidPassword', { Service: 'AMI', RemoteAddress: 'IPV4/TCP/127.0.0.1/52606' }, 'nothing'],
    ['InvalidPassword', { Service: 'PJSIP2' }, 'nothing'],
    // Keys missing, or foreign.
    ['InvalidPassword', { RemoteAddress: undefined }, 'refused'],
    ['InvalidPassword', { EventTV: undefined }, 'refused'],
    ['InvalidAccountID', { AccountID: undefined }, 'refused'],
    ['InvalidAccountID', { A: '' }, 'refused'],
    ['InvalidAccountID', { ACLName: 'x' }, 'refused'],
    ['ChallengeSent', { Challenge: undefined }, 'refused'],
    ['Newchannel', {}, 'refused'],
    // Keys that configuration adds.
    ['InvalidAccountID', { Timestamp: '1.2', SystemName: 'pbx1', Module: 'x' }, 'unknown-account'],
    [
      'InvalidAccountID',
      { SequenceNumber: '1', File: 'f', Line: '1', Func: 'g' },
      'unknown-account',
    ],
  ];
  for (const [name, changes, expected] of table) {
    it(`${name} ${JSON.stringify(changes)} is ${expected}`, () => {
      assert.equal(kindOf(name, changes), expected);
    });
  }

  it('reads the source, and proves it by the transport', () => {
    const sources: [string, unknown, string?][] = [
      ['IPV4/UDP/198.18.11.60/43604', ['198.18.11.60', 43_604, 'udp', 'forgeable']],
      ['IPV4/TCP/198.18.11.60/1', ['198.18.11.60', 1, 'tcp', 'proven']],
      ['IPV4/TLS/198.18.11.60/1', ['198.18.11.60', 1, 'tls', 'proven']],
      ['IPV4/WS/198.18.11.60/1', ['198.18.11.60', 1, 'ws', 'proven']],
      ['IPV4/WSS/198.18.11.60/1', ['198.18.11.60', 1, 'wss', 'proven']],
      ['IPV6/UDP/2001:DB8:10:11::1/40043', ['2001:db8:10:11::1', 40_043, 'udp', 'forgeable']],
      ['IPV6/UDP/::ffff:198.18.11.60/5', ['198.18.11.60', 5, 'udp', 'forgeable']],
      [
        'IPV6/UDP/fe80::b899:48ff:fe55:7356/5',
        ['fe80::b899:48ff:fe55:7356', 5, 'udp', 'forgeable'],
      ],
      ['IPV4/SCTP/198.18.11.60/5', undefined],
      ['IPV6/UDP/198.18.11.60/5', undefined],
      ['IPV4/UDP/198.18.11.60/65536', undefined],
      ['IPV4/UDP/198.18.11.060/5', undefined],
      ['IPV4/UDP/198.18.11.60/5 ', undefined],
      ['198.18.11.60:5060', undefined],
      ['', undefined],
    ];
    for (const [text, expected] of sources) {
      const news = translateSecurity(
        securityFrame('InvalidPassword', { RemoteAddress: text }),
        'lab',
        5,
      );
      const event = news !== undefined && 'event' in news ? news.event : undefined;
      const { source } = event ?? {};
      const read = source && [source.address, source.port, source.transport, event?.proof];
      assert.deepEqual(read, expected, text);
    }
  });

  it('reads the account as each channel driver writes it', () => {
    const accounts: [string, string | undefined][] = [
      ['6002', '6002'],
      ['sip:4321@198.18.10.1', '4321'],
      ['sips:4321@198.18.10.1', '4321'],
      ['<unknown>', undefined],
      ['', undefined],
      ['a'.repeat(500), 'a'.repeat(TEXT_LIMIT)],
      ['a\u0001b', 'a\u{FFFD}b'],
    ];
    for (const [raw, expected] of accounts) {
      const news = translateSecurity(
        securityFrame('InvalidPassword', { AccountID: raw }),
        'lab',
        5,
      );
      assert.ok(news !== undefined && 'event' in news);
      assert.equal(news.event.account, expected);
    }
  });

  it('takes the Call-ID from chan_pjsip, not the pointer of chan_sip', () => {
    assert.equal(callIdOf('PJSIP'), 'yko5kuhf6txydyq3@198.18.11.36');
    assert.equal(callIdOf('SIP'), undefined);
  });

  it('never throws, never lets control characters or long text out', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constantFrom('PJSIP', 'SIP', 'IPV4/UDP/198.18.11.60/5', '1'),
    );
    const keys = [...securityFrame('FailedACL').fields.keys()].filter((key) => key !== 'Event');
    const changes = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), text);
    fc.assert(
      fc.property(fc.constantFrom(...SECURITY_EVENTS), changes, (name, changed) => {
        const news = translateSecurity(securityFrame(name, changed), 'lab', 5);
        if (news !== undefined) assert.deepEqual(dirt(news), []);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), text), (fields) => {
        translateSecurity(frameOf(fields), 'lab', 5);
      }),
    );
  });
});

function callIdOf(Service: string): string | undefined {
  const news = translateSecurity(securityFrame('InvalidPassword', { Service }), 'lab', 5);
  return news !== undefined && 'event' in news ? news.event.callId : 'no event';
}

/** Every text in a value that should never have left the translator. */
function dirt(value: unknown): unknown[] {
  if (typeof value === 'string') {
    // oxlint-disable-next-line no-control-regex -- Control characters are what it looks for.
    return value.length > TEXT_LIMIT || /[\u0000-\u001f\u007f-\u009f]/.test(value) ? [value] : [];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(dirt) : [];
}
