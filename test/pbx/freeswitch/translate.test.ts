import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { joinChallenges } from '../../../src/pbx/freeswitch/challenges.ts';
import { eslEventReader } from '../../../src/pbx/freeswitch/esl-event.ts';
import type { News } from '../../../src/pbx/freeswitch/news.ts';
import { ONCE, WANTED } from '../../../src/pbx/freeswitch/subscription.ts';
import { translate } from '../../../src/pbx/freeswitch/translate.ts';
import { recorded } from './link-harness.ts';

type Changes = Readonly<Record<string, string | undefined>>;

const NOW = 1_795_420_000_000;

const readEvent = eslEventReader({ once: ONCE, wanted: WANTED });

function read(name: string, event: string, changes: Changes = {}): News {
  const parsed = readEvent(Buffer.from(JSON.stringify(recorded(name, event, changes))));
  assert.ok(typeof parsed !== 'string');
  return translate(parsed, 'lab', NOW);
}

const call = (changes: Changes = {}, name = 'ghost-invite-external') => {
  const news = read(name, 'CHANNEL_CREATE', changes);
  assert.ok(news !== undefined && 'call' in news, JSON.stringify(news));
  return news.call;
};

describe('translate: calls', () => {
  it('tells all that is known of one', () => {
    const { channel, ...facts } = call();
    assert.match(channel, /^[0-9a-f-]{36}$/);
    assert.deepEqual(facts, {
      kind: 'call',
      pbx: 'lab',
      seenAt: NOW,
      source: { address: '198.18.1.20', port: 5066, transport: 'unknown' },
      proof: 'forgeable',
      callingNumber: '100',
      callingName: '100',
      calledNumber: '2000',
      userAgent: 'friendly-scanner',
      fromHost: '198.18.0.1',
      fromTag: '11146SIPpTag1',
      callId: '1-11146@198.18.1.20',
      context: 'external/public',
    });
  });

  it('knows who answered the challenge, and whom only a list let in', () => {
    const phone = call({}, 'legit-phone-outbound');
    assert.equal(phone.authenticated, true);
    assert.equal(phone.proof, 'proven');
    assert.equal(phone.endpoint, '1001');
    const cases: [string, Changes][] = [
      ['DANGER-acl-default-allow-on-internal', {}],
      ['DANGER-acl-default-allow-on-internal', { variable_sip_auth_username: '1001' }],
      ['legit-phone-outbound', { variable_sip_authorized: undefined }],
      ['legit-phone-outbound', { variable_sip_authorized: 'false' }],
      ['legit-phone-outbound', { variable_sip_auth_username: undefined }],
    ];
    for (const [name, changes] of cases) {
      const { authenticated, proof, account } = call(changes, name);
      assert.deepEqual([authenticated, proof, account], [undefined, 'forgeable', undefined], name);
    }
  });

  it('marks what only a forger of log lines sends', () => {
    const cases: [Changes, true | undefined][] = [
      [{ 'Caller-Caller-ID-Number': 'a\nb' }, true],
      [{ 'Caller-Destination-Number': '1\u00000' }, true],
      // A folded header of an honest phone.
      [{ 'Caller-Caller-ID-Name': 'abc\r\n def' }, undefined],
      [{ 'Caller-Caller-ID-Number': 'Fr\u{FFFD}d' }, undefined],
    ];
    for (const [changes, injected] of cases) {
      assert.equal(call(changes).injected, injected, JSON.stringify(changes));
    }
  });

  it('refuses what FreeSWITCH does not write, and leaves alone what is no call from outside', () => {
    const cases: [Changes, RegExp | undefined][] = [
      [{ 'Unique-ID': undefined }, /without a UUID/],
      [{ 'Unique-ID': 'all CALL_REJECTED' }, /without a UUID/],
      [{ 'Call-Direction': undefined }, /without a direction/],
      [{ 'Caller-Network-Addr': undefined }, /without an address/],
      [{ variable_sip_network_ip: undefined }, /without an address/],
      [{ variable_sip_network_ip: '010.1.2.3' }, /without an address/],
      [{ 'Caller-Network-Addr': '198.18.2.1' }, /two addresses/],
      [{ 'Caller-Source': 'mod_loopback' }, undefined],
      [{ 'Caller-Source': undefined }, undefined],
    ];
    for (const [changes, why] of cases) {
      const news = read('ghost-invite-external', 'CHANNEL_CREATE', changes);
      if (why === undefined) assert.equal(news, undefined, JSON.stringify(changes));
      else assert.match(news !== undefined && 'refused' in news ? news.refused : '', why);
    }
  });

  it('reads ports it cannot believe as none', () => {
    for (const port of [undefined, '', '70000', '-1', '1e3']) {
      assert.equal(call({ variable_sip_network_port: port }).source.port, 0);
    }
  });

  it('takes the leg to a phone for the ringing of the call that made it', () => {
    const other = '48e94696-b869-4cf2-bdc2-0abeb6799274';
    const leg = { 'Call-Direction': 'outbound', 'Other-Leg-Unique-ID': other };
    const name = 'ghost-invite-external';
    assert.deepEqual(read(name, 'CHANNEL_CREATE', leg), { rang: other });
    const alone = { ...leg, 'Other-Leg-Unique-ID': undefined };
    assert.equal(read(name, 'CHANNEL_CREATE', alone), undefined);
    const broken = read(name, 'CHANNEL_CREATE', { ...leg, 'Other-Leg-Unique-ID': 'x y' });
    assert.ok(broken !== undefined && 'refused' in broken);
  });
});

describe('translate: challenges and registrations', () => {
  const attempt = (changes: Changes = {}) =>
    read('invite-auth-fail', 'sofia::register_attempt', changes);
  const failure = (changes: Changes = {}) =>
    read('invite-auth-fail', 'sofia::register_failure', changes);

  it('joins a wrong answer to an INVITE with the account it was given for', () => {
    assert.deepEqual(settled(attempt(), failure()), {
      kind: 'auth-failure',
      pbx: 'lab',
      seenAt: NOW,
      source: { address: '198.18.1.40', port: 5066, transport: 'unknown' },
      proof: 'proven',
      account: '1000',
      callingNumber: '1000',
      calledNumber: '00972592577956',
      userAgent: 'pplsip',
      callId: '1-12980@198.18.1.40',
      context: 'internal',
    });
  });

  it('believes no failure whose challenge nobody is known to have answered', () => {
    const cases: [string, News, News, number][] = [
      ['alone', undefined, failure(), 0],
      ['before the nonce was looked for', attempt({ username: 'unknown' }), failure(), 0],
      ['stale', attempt({ 'auth-result': 'STALE' }), failure(), 0],
      ['right', attempt({ 'auth-result': 'SUCCESS' }), failure(), 0],
      ['of another', attempt({ 'network-ip': '198.18.1.41' }), failure(), 0],
      ['of another port', attempt({ 'network-port': '5067' }), failure(), 0],
      ['of another profile', attempt({ 'profile-name': 'external' }), failure(), 0],
      ['to another', attempt({ 'from-user': '1' }), failure(), 0],
      ['long ago', attempt(), failure(), 60_000],
    ];
    for (const [name, before, after, laterMs] of cases) {
      const { proof, account } = settled(before, after, laterMs);
      assert.deepEqual([proof, account], ['forgeable', undefined], name);
    }
  });

  it('spends an attempt on one failure only', () => {
    const challenges = joinChallenges();
    const before = attempt();
    const after = failure();
    assert.ok(before !== undefined && 'attempt' in before);
    assert.ok(after !== undefined && 'failure' in after);
    challenges.attempted(before.attempt);
    assert.equal(challenges.failed(after.failure).proof, 'proven');
    assert.equal(challenges.failed(after.failure).proof, 'forgeable');
  });

  it('takes the user of To for an account where it registers, for a number where it calls', () => {
    const registers = failure({ 'registration-type': 'REGISTER' });
    const { account, calledNumber } = settled(undefined, registers);
    assert.deepEqual([account, calledNumber], ['00972592577956', undefined]);
  });

  const events: [string, string, Changes, News][] = [
    [
      'register-ok',
      'sofia::register',
      {},
      { registered: { account: '1001', address: '198.18.3.1' } },
    ],
    [
      'register-ok',
      'sofia::register',
      { 'Event-Subclass': 'sofia::expire' },
      { unregistered: true },
    ],
    [
      'register-ok',
      'sofia::register',
      { 'Event-Subclass': 'sofia::unregister', 'network-ip': undefined },
      { unregistered: true },
    ],
    ['register-ok', 'sofia::register', { 'Event-Subclass': 'sofia::other' }, undefined],
    ['malformed-methods-external', 'sofia::wrong_call_state', {}, undefined],
    ['options-svmap-internal', 'HEARTBEAT', {}, undefined],
  ];
  for (const [name, event, changes, expected] of events) {
    it(`reads ${changes['Event-Subclass'] ?? event} of ${name}`, () => {
      assert.deepEqual(read(name, event, changes), expected);
    });
  }

  it('refuses events without an address', () => {
    const cases: [string, string, Changes][] = [
      ['register-ok', 'sofia::register', { 'network-ip': 'localhost' }],
      ['register-ok', 'sofia::pre_register', { 'network-ip': undefined }],
      ['invite-auth-fail', 'sofia::register_attempt', { 'network-ip': '' }],
      ['invite-auth-fail', 'sofia::register_failure', { 'network-ip': '1' }],
      ['ghost-invite-internal', 'sofia::wrong_call_state', { network_ip: '[::1]' }],
    ];
    for (const [name, event, changes] of cases) {
      const news = read(name, event, changes);
      assert.ok(news !== undefined && 'refused' in news, event);
    }
  });
});

describe('translate: hostile text', () => {
  it('is bounded and holds no control characters, whatever it was', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constant('ARRAY::1|:2'),
    );
    fc.assert(
      fc.property(text, text, text, text, (number, name, called, userAgent) => {
        const found = call({
          'Caller-Caller-ID-Number': number,
          'Caller-Caller-ID-Name': name,
          'Caller-Destination-Number': called,
          variable_sip_user_agent: userAgent,
        });
        assert.equal(found.source.address, '198.18.1.20');
        for (const value of Object.values(found)) {
          if (typeof value !== 'string') continue;
          assert.ok(value.length <= 128);
          // oxlint-disable-next-line no-control-regex -- finding control characters is its purpose.
          assert.doesNotMatch(value, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('that FreeSWITCH took for a list hides itself alone', () => {
    const headers = recorded('ghost-invite-external', 'CHANNEL_CREATE');
    const json = JSON.stringify({ ...headers, variable_sip_user_agent: ['friendly', 'scanner'] });
    const parsed = readEvent(Buffer.from(json));
    assert.ok(typeof parsed !== 'string');
    const news = translate(parsed, 'lab', NOW);
    assert.ok(news !== undefined && 'call' in news);
    assert.equal(news.call.userAgent, undefined);
    assert.equal(news.call.source.address, '198.18.1.20');
  });
});

function settled(before: News, after: News, laterMs = 0) {
  const challenges = joinChallenges();
  assert.ok(after !== undefined && 'failure' in after);
  if (before !== undefined && 'attempt' in before) challenges.attempted(before.attempt);
  const event = { ...after.failure.event, seenAt: NOW + laterMs };
  return challenges.failed({ ...after.failure, event });
}
