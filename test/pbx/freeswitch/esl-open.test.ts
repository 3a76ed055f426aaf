import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { EslErrorKind } from '../../../src/pbx/freeswitch/esl-error.ts';
import { type EslOptions, openEslSession } from '../../../src/pbx/freeswitch/session.ts';
import {
  attachEsl,
  closeAllEsl,
  eslFailure,
  eslSettings,
  listenRaw,
  pairEsl,
  startFakeEsl,
} from '../../fake/esl-attach.ts';
import type { FakeEslOptions } from '../../fake/esl-server.ts';

afterEach(closeAllEsl);

describe('openEslSession', () => {
  it('subscribes to what it was told and to nothing else', async () => {
    const subscribe = ['CHANNEL_CREATE', 'HEARTBEAT', 'CUSTOM', 'sofia::register'];
    const { fake, session, events } = await pairEsl({}, { subscribe });
    for (const name of ['CHANNEL_CREATE', 'CHANNEL_EXECUTE_COMPLETE', 'BACKGROUND_JOB']) {
      fake.emit({ 'Event-Name': name });
    }
    fake.emit({ 'Event-Name': 'CUSTOM', 'Event-Subclass': 'sofia::register' });
    fake.emit({ 'Event-Name': 'CUSTOM', 'Event-Subclass': 'sofia::expire' });
    fake.heartbeat();
    await session.api('status');
    assert.deepEqual(
      events.map(({ name, subclass }) => [name, subclass]),
      [
        ['CHANNEL_CREATE', undefined],
        ['CUSTOM', 'sofia::register'],
        ['HEARTBEAT', undefined],
      ],
    );
  });

  it('takes no events for commands', async () => {
    const { fake, session, events } = await pairEsl({}, { purpose: 'commands' });
    fake.sessions[0]?.send('Content-Length: 2\nContent-Type: text/event-json\n\n{}');
    fake.heartbeat();
    await session.api('status');
    assert.deepEqual([events, fake.commands.length], [[], 1]);
  });

  it('loses no event that comes in one chunk with the answer', async () => {
    const json = '{"Event-Name":"CHANNEL_CREATE"}';
    const port = await listenRaw((socket) => {
      socket.write('Content-Type: auth/request\n\n');
      socket.once('data', () => {
        socket.write('Content-Type: command/reply\nReply-Text: +OK accepted\n\n');
        socket.once('data', () =>
          socket.write(
            'Content-Type: command/reply\nReply-Text: +OK event listener enabled json\n\n' +
              `Content-Length: ${json.length}\nContent-Type: text/event-json\n\n${json}`,
          ),
        );
      });
    });
    const { events } = await attachEsl(port);
    assert.equal(events.length, 1);
  });

  const refused: [string, EslErrorKind, FakeEslOptions, Partial<EslOptions>][] = [
    ['a wrong password', 'wrong-password', { password: 'other' }, {}],
    ['an address its ACL does not let in', 'rejected', { rejectAll: true }, {}],
    ['a subscription it does not take', 'refused', {}, { subscribe: [] }],
    ['a name lost behind CUSTOM', 'protocol', {}, { subscribe: ['CUSTOM', 'a::b', 'HEARTBEAT'] }],
    ['a subscription of two lines', 'protocol', {}, { subscribe: ['HEARTBEAT\n\napi status'] }],
  ];
  for (const [what, kind, fakeOptions, options] of refused) {
    it(`rejects on ${what}`, async () => {
      const fake = await startFakeEsl(fakeOptions);
      const error = await eslFailure(openEslSession(eslSettings(fake.port, options)));
      assert.equal(error.kind, kind);
      assert.ok(!error.message.includes('secret'));
      assert.ok(fake.commands.every(({ line }) => !line.startsWith('api')));
    });
  }

  it('says what to do about a wrong password and an ACL', async () => {
    for (const [options, hint] of [
      [{ password: 'other' }, /event_socket\.conf\.xml/],
      [{ rejectAll: true }, /apply-inbound-acl/],
    ] as const) {
      const fake = await startFakeEsl(options);
      assert.match((await eslFailure(openEslSession(eslSettings(fake.port)))).hint, hint);
    }
  });

  it('sends no password with a line break in it, and never tells it', async () => {
    const fake = await startFakeEsl({ password: 'a\n\napi status' });
    const { policy } = eslSettings(fake.port);
    const error = await eslFailure(
      openEslSession(
        eslSettings(fake.port, { policy: { ...policy, password: 'a\n\napi status' } }),
      ),
    );
    assert.equal(error.kind, 'protocol');
    assert.doesNotMatch(error.message, /status/);
  });

  it('refuses clear text over a network unless the policy says so', async () => {
    const fake = await startFakeEsl();
    const { policy } = eslSettings(fake.port);
    for (const host of ['192.0.2.1', 'pbx.example', '0.0.0.0']) {
      const error = await eslFailure(
        openEslSession(eslSettings(fake.port, { policy: { ...policy, host } })),
      );
      assert.equal(error.kind, 'refused');
      assert.match(error.hint, /127\.0\.0\.1/);
    }
    const anywhere = { ...policy, host: '0.0.0.0', allowClearTextOverNetwork: true };
    const { session } = await attachEsl(fake.port, { policy: anywhere });
    assert.match(await session.api('status'), /^UP/);
  });

  it('rejects when nobody listens', async () => {
    const fake = await startFakeEsl();
    await fake.stop();
    const error = await eslFailure(openEslSession(eslSettings(fake.port)));
    assert.deepEqual([error.kind, error.hint.includes('listen-port')], ['unreachable', true]);
  });

  const strange: [string, string, EslErrorKind, Partial<EslOptions>][] = [
    ['says nothing', '', 'timeout', { loginTimeoutMs: 30 }],
    ['speaks SIP', 'SIP/2.0 400 Bad Request\r\n\r\n'.repeat(500), 'protocol', {}],
    ['speaks AMI', 'Asterisk Call Manager/11.0.0\r\nx\n\n', 'protocol', {}],
    ['answers unasked', 'Content-Type: api/response\nContent-Length: 2\n\nhi', 'protocol', {}],
    [
      'announces 100 MB',
      'Content-Type: auth/request\nContent-Length: 100000000\n\n',
      'protocol',
      {},
    ],
  ];
  for (const [what, greeting, kind, options] of strange) {
    it(`gives up a server that ${what}`, async () => {
      const port = await listenRaw((socket) => socket.resume().write(greeting));
      assert.equal((await eslFailure(openEslSession(eslSettings(port, options)))).kind, kind);
    });
  }

  it('gives up a server that hangs after the password, or ends there', async () => {
    const hanging = await listenRaw((socket) => socket.write('Content-Type: auth/request\n\n'));
    const slow = eslSettings(hanging, { loginTimeoutMs: 30 });
    assert.equal((await eslFailure(openEslSession(slow))).kind, 'timeout');
    const ending = await listenRaw((socket) => {
      socket.write('Content-Type: auth/request\n\n');
      socket.once('data', () => socket.destroy());
    });
    assert.equal((await eslFailure(openEslSession(eslSettings(ending)))).kind, 'closed');
  });

  it('gives up when told to', async () => {
    const port = await listenRaw((socket) => socket.resume());
    const gone = new AbortController();
    const opening = eslFailure(openEslSession(eslSettings(port, { signal: gone.signal })));
    gone.abort();
    assert.equal((await opening).kind, 'closed');
    const late = openEslSession(eslSettings(port, { signal: gone.signal }));
    assert.equal((await eslFailure(late)).kind, 'closed');
  });

  it('opens again after a restart on the same port', async () => {
    const { fake, session } = await pairEsl();
    await fake.restart();
    assert.equal((await session.closed).kind, 'closed');
    const again = await attachEsl(fake.port);
    assert.match(await again.session.api('status'), /^UP/);
  });
});
