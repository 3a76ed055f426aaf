import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { AmiErrorKind } from '../../../src/pbx/asterisk/errors.ts';
import { openSession, type SessionOptions } from '../../../src/pbx/asterisk/session.ts';
import {
  closeAll,
  failure,
  listen,
  pair,
  settings,
  startFake,
  user,
} from '../../fake/ami-attach.ts';
import { type FakeOptions, startAmiServer } from '../../fake/ami-server.ts';

afterEach(closeAll);

describe('openSession', () => {
  it('logs in by challenge: the secret never crosses', async () => {
    const { fake, session } = await pair();
    assert.equal(session.version, '11.0.0');
    assert.equal(session.filtered, true);
    const login = await fake.seen('Login');
    assert.deepEqual(
      [login.headers.get('AuthType'), login.headers.get('Events'), login.headers.has('Secret')],
      ['MD5', 'call', false],
    );
  });

  it('falls back to the plain secret only where challenges are refused', async () => {
    const { fake } = await pair({ refuseChallenge: true });
    assert.equal((await fake.seen('Login')).headers.get('Secret'), 'secret');
  });

  it('installs its filters before it delivers anything', async () => {
    const filters = ['!^Event: VarSet', '!x'];
    const { fake } = await pair({}, { filters });
    assert.deepEqual(fake.sessions[0]?.filters, filters);
  });

  const refused: [string, AmiErrorKind, RegExp, FakeOptions, Partial<SessionOptions>][] = [
    ['a wrong secret', 'wrong-secret', /\[ghostgate\] must hold/, user({ secret: 'other' }), {}],
    ['an unknown user', 'wrong-secret', /\[ghostgate\]/, { users: {} }, {}],
    [
      'a filter it may not install',
      'filter-refused',
      /write=system/,
      user({ write: ['call'] }),
      { filters: ['!x'] },
    ],
    [
      'a filter the PBX rejects',
      'filter-refused',
      /./,
      { refuseFilters: true },
      { filters: ['!x'] },
    ],
  ];
  for (const [what, kind, hint, fakeOptions, options] of refused) {
    it(`rejects on ${what}, with a hint`, async () => {
      const fake = await startFake(fakeOptions);
      const error = await failure(openSession(settings(fake.port, options)));
      assert.equal(error.kind, kind);
      assert.match(error.hint, hint);
      assert.doesNotMatch(`${error.message} ${error.hint} ${error.stack}`, /secret123/);
    });
  }

  it('does without optional filters, and says so', async () => {
    const { session } = await pair(
      { refuseFilters: true },
      { filters: ['!x'], filtersOptional: true },
    );
    assert.equal(session.filtered, false);
  });

  it('tells a port nobody listens on from a server that says nothing and one that is no PBX', async () => {
    const fake = await startAmiServer();
    await fake.stop();
    assert.equal((await failure(openSession(settings(fake.port)))).kind, 'unreachable');
    const silent = await listen(() => {});
    const slow = settings(silent, { loginTimeoutMs: 40 });
    assert.equal((await failure(openSession(slow))).kind, 'timeout');
    const ssh = await listen((socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n'));
    assert.equal((await failure(openSession(settings(ssh)))).kind, 'closed');
  });

  it('refuses a server that answers without the greeting', async () => {
    const port = await listen((socket) => {
      socket.on('data', (chunk: Buffer) => {
        const id = /ActionID: (\w+)/.exec(chunk.toString())?.[1] ?? '';
        socket.write(`Response: Success\r\nActionID: ${id}\r\nChallenge: 1\r\n\r\n`);
      });
    });
    assert.equal((await failure(openSession(settings(port)))).kind, 'protocol');
  });

  it('gives up when told to', async () => {
    const port = await listen(() => {});
    const abort = new AbortController();
    const opening = failure(openSession(settings(port, { signal: abort.signal })));
    setImmediate(() => abort.abort());
    assert.equal((await opening).kind, 'closed');
    assert.equal(
      (await failure(openSession(settings(port, { signal: abort.signal })))).kind,
      'closed',
    );
  });

  const hosts: [host: string, loopback: boolean][] = [
    ['192.0.2.1', false],
    ['pbx.example', false],
    ['::ffff:192.0.2.1', false],
    ['127.0.0.1.example', false],
    ['128.0.0.1', false],
    ['127.0.0.1', true],
    ['127.255.0.9', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['localhost', true],
  ];
  for (const [host, loopback] of hosts) {
    it(`${loopback ? 'allows' : 'refuses'} clear text to ${host}`, async () => {
      const fake = await startAmiServer();
      await fake.stop();
      const { policy, ...rest } = settings(fake.port, { connectTimeoutMs: 1000 });
      const error = await failure(openSession({ ...rest, policy: { ...policy, host } }));
      assert.equal(error.kind, loopback ? 'unreachable' : 'refused');
      assert.notEqual(error.hint, '');
    });
  }
});
