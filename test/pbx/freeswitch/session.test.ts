import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import type { EslEvent } from '../../../src/pbx/freeswitch/esl-event.ts';
import { type EslSession, openEslSession } from '../../../src/pbx/freeswitch/session.ts';
import {
  attachEsl,
  closeAllEsl,
  eslFailure,
  eslSettings,
  listenRaw,
  pairEsl,
  startFakeEsl,
} from '../../fake/esl-attach.ts';
import { eventsOf } from '../../fake/esl-message.ts';
import { fromRoot } from '../../root.ts';

afterEach(closeAllEsl);

const CREATED = { 'Event-Name': 'CHANNEL_CREATE', 'Unique-ID': 'u-1' };

describe('EslSession', () => {
  it('answers many commands at once, each with its own', async () => {
    const { fake, session } = await pairEsl({ chunkBytes: 700 }, { purpose: 'commands' });
    fake.answers.set('echo', (command) => `${command}\nü\n\n`);
    const asked = Array.from({ length: 1000 }, async (_, at) => {
      assert.equal(await session.api(`echo ${at}`), `echo ${at}\nü\n\n`);
    });
    await Promise.all(asked);
  });

  it("resolves with the PBX's words whether they say +OK or not", async () => {
    const { fake, session } = await pairEsl();
    fake.emit(CREATED);
    assert.equal(await session.api('uuid_kill u-1 CALL_REJECTED'), '+OK\n');
    assert.equal(await session.api('uuid_kill u-1 CALL_REJECTED'), '-ERR No such channel!\n');
    assert.deepEqual(fake.killed[0], { uuid: 'u-1', cause: 'CALL_REJECTED' });
  });

  const unsendable: [string, string][] = [
    ['nothing', ''],
    ['a space', ' '],
    ['a line feed', 'uuid_kill u-1\n\napi reloadacl'],
    ['a carriage return', 'uuid_kill u-1\r\rapi reloadacl'],
    ['a NUL', 'uuid_kill u-1\0'],
    ['a C1 control', 'uuid_kill u-1\u0085'],
    ['a line separator', 'uuid_kill u-1\u2028'],
    ['length', 'x'.repeat(5000)],
  ];
  for (const [what, command] of unsendable) {
    it(`sends no command with ${what} in it`, async () => {
      const { fake, session } = await pairEsl();
      assert.equal((await eslFailure(session.api(command))).kind, 'protocol');
      await session.api('status');
      assert.deepEqual(
        fake.commands.map(({ line }) => line),
        ['event json all', 'api status'],
      );
    });
  }

  it('gives a command up in time, and keeps the later answers apart', async () => {
    const { fake, session } = await pairEsl();
    fake.answers.set('echo', (command) => command);
    fake.stall();
    const error = await eslFailure(session.api('echo late', 20));
    assert.equal(error.kind, 'timeout');
    const next = session.api('echo next');
    fake.resume();
    assert.equal(await next, 'echo next');
  });

  it('takes no more than 4,096 commands at a time', async () => {
    const { fake, session } = await pairEsl();
    fake.stall();
    const many = Array.from({ length: 4096 }, () => eslFailure(session.api('status')));
    assert.equal((await eslFailure(session.api('status'))).kind, 'busy');
    session.close();
    for (const error of await Promise.all(many)) assert.equal(error.kind, 'closed');
  });

  it('queues no more than a bounded number of bytes', async () => {
    const { fake, session } = await pairEsl();
    fake.stall();
    const long = `echo ${'x'.repeat(4000)}`;
    const many = Array.from({ length: 4000 }, () => eslFailure(session.api(long)));
    assert.equal((await many.at(-1))?.kind, 'busy');
    session.close();
    await Promise.all(many);
  });

  it('rejects what is pending when the PBX drops the connection, then tells its end once', async () => {
    const { fake, session, closed } = await pairEsl();
    fake.stall();
    const order: string[] = [];
    const pending = [eslFailure(session.api('status')), eslFailure(session.api('version'))];
    for (const one of pending) one.then(() => order.push('command'), assert.fail);
    fake.drop();
    const reason = await session.closed;
    assert.equal(reason.kind, 'closed');
    const kinds = (await Promise.all(pending)).map((error) => error.kind);
    assert.deepEqual(
      [kinds, order],
      [
        ['closed', 'closed'],
        ['command', 'command'],
      ],
    );
    assert.equal((await eslFailure(session.api('status'))).kind, 'closed');
    session.close();
    assert.deepEqual(closed, [reason]);
  });

  it('ends at a disconnect notice, with its words', async () => {
    const { fake, session } = await pairEsl();
    fake.sessions[0]?.goodbye();
    const reason = await session.closed;
    assert.deepEqual(
      [reason.kind, reason.answer?.split('\n')[0]],
      ['closed', 'Disconnected, goodbye.'],
    );
  });

  it('ends when it is cut off in the middle of an event, and reads nothing behind it', async () => {
    const { fake, session, events, refused } = await pairEsl();
    fake.cutOff();
    const reason = await session.closed;
    assert.deepEqual([reason.kind, events, refused], ['cut-off', [], []]);
  });

  it('notices a PBX that is connected and silent', async () => {
    const { fake, session } = await pairEsl({}, { pingEveryMs: 20, deadAfterMs: 60 });
    await fake.seen('nolog');
    fake.stall();
    const reason = await session.closed;
    assert.equal(reason.kind, 'closed');
    assert.match(reason.message, /nothing read/);
  });

  it('notices a silent PBX while commands are asked of it', async () => {
    const { fake, session } = await pairEsl({}, { pingEveryMs: 20, deadAfterMs: 60 });
    fake.stall();
    const asking = setInterval(() => void session.api('status', 40).catch(() => {}), 5);
    const reason = await session.closed;
    clearInterval(asking);
    assert.match(reason.message, /nothing read/);
  });

  it('notices a length that lies: what swallows answers is silence', async () => {
    const { fake, session } = await pairEsl({}, { pingEveryMs: 20, deadAfterMs: 60 });
    fake.sessions[0]?.send('Content-Length: 2000000\nContent-Type: text/event-json\n\n{');
    assert.match((await session.closed).message, /nothing read/);
  });

  it('waits for a slow command as long as its sender does', async () => {
    const silence = { pingEveryMs: 10, deadAfterMs: 30 };
    const { fake, session, closed } = await pairEsl({}, silence);
    const idle = await attachEsl(fake.port, silence);
    fake.stall();
    const slow = session.api('reloadacl', 10_000);
    await idle.session.closed;
    fake.resume();
    assert.equal(await slow, '+OK acl reloaded\n');
    assert.deepEqual(closed, []);
  });

  it('stays while the PBX answers pings, however quiet it is', async () => {
    const { fake, closed } = await pairEsl({}, { pingEveryMs: 10, deadAfterMs: 500 });
    const pings = () => fake.commands.filter(({ line }) => line === 'nolog');
    while (pings().length < 4) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(closed, []);
  });

  it('ends at an answer nobody asked for: the order is lost', async () => {
    const { fake, session } = await pairEsl();
    fake.sessions[0]?.send('Content-Type: command/reply\nReply-Text: +OK\n\n');
    assert.equal((await session.closed).kind, 'protocol');
  });

  it('ends at an answer longer than it was allowed', async () => {
    const { fake, session } = await pairEsl({}, { answerBytes: 1000 });
    fake.answers.set('big', 'x'.repeat(1001));
    assert.equal((await eslFailure(session.api('big'))).kind, 'protocol');
    assert.equal((await session.closed).kind, 'protocol');
  });

  it('rejects a command that the event socket itself denies', async () => {
    const port = await listenRaw((socket) => {
      socket.write('Content-Type: auth/request\n\n');
      let answers = ['+OK accepted', '-ERR permission denied'];
      socket.on('data', () => {
        socket.write(`Content-Type: command/reply\nReply-Text: ${answers[0]}\n\n`);
        answers = answers.slice(1);
      });
    });
    const { session } = await attachEsl(port, { purpose: 'commands' });
    const error = await eslFailure(session.api('reloadacl'));
    assert.deepEqual([error.kind, error.answer], ['refused', '-ERR permission denied']);
  });

  it('reads a flood to its end, and answers meanwhile', async () => {
    const { fake, session, events } = await pairEsl();
    const flood = fake.flood({ ...CREATED, variable_sip_user_agent: 'x'.repeat(200) }, 20_000);
    assert.match(await session.api('status'), /^UP/);
    await flood;
    await session.api('status');
    assert.deepEqual([events.length, session.events], [20_000, 20_000]);
  });

  it('refuses an event that is not believed, and goes on', async () => {
    const { fake, session, events, refused } = await pairEsl({}, { once: ['network-ip'] });
    fake.emit('{"Event-Name":"CUSTOM","network-ip":"198.18.1.1","network-ip":"198.18.2.1"}');
    fake.emit('{"Event-Name":');
    fake.sessions[0]?.send('Content-Length: 2\nContent-Type: log/data\n\nab');
    fake.heartbeat();
    await session.api('status');
    assert.deepEqual(
      refused.map(({ why }) => why),
      ['header network-ip more than once', 'no JSON object', 'Content-Type log/data'],
    );
    assert.deepEqual(
      events.map(({ name }) => name),
      ['HEARTBEAT'],
    );
  });

  it('reads hostile bytes as text: %FF, no UTF-8, NUL, line breaks', async () => {
    const { fake, session, events } = await pairEsl();
    const agent = Buffer.from('"%FF %zz \\u0000\\r\\nEvent-Name: X\\n\\n\xff\xfe"', 'latin1');
    const json = ['{"Event-Name":"CUSTOM","user-agent":', agent, '}'];
    fake.emit(Buffer.concat(json.map((one) => Buffer.from(one))));
    await session.api('status');
    assert.equal(events[0]?.headers['user-agent'], '%FF %zz \0\r\nEvent-Name: X\n\n\uFFFD\uFFFD');
  });

  it('delivers nothing after its end, be it in the same chunk', async () => {
    const fake = await startFakeEsl();
    const seen: string[] = [];
    let session: EslSession | undefined;
    const on = {
      event(event: EslEvent) {
        seen.push(event.name);
        session?.close();
      },
      refused: () => seen.push('refused'),
      closed: () => seen.push('closed'),
    };
    session = await openEslSession(eslSettings(fake.port, { on }));
    const [one, two] = ['{"Event-Name":"A"}', '{}'].map(
      (json) => `Content-Length: ${json.length}\nContent-Type: text/event-json\n\n${json}`,
    );
    fake.sessions[0]?.send(`${one}${one}${two}`);
    await session.closed;
    assert.deepEqual(seen, ['A', 'closed']);
  });

  for (const chunkBytes of [1, 7, 4096]) {
    it(`reads captures over the wire in pieces of ${chunkBytes} as from the file`, async () => {
      const files = ['invite-auth-fail', 'register-ok', 'injection-info-body'];
      const { fake, session, events } = await pairEsl({ chunkBytes });
      for (const file of chunkBytes === 1 ? files.slice(1) : files) {
        const capture = readFileSync(fromRoot(`test/captures/freeswitch/${file}.json.txt`));
        events.length = 0;
        fake.play(capture);
        await session.api('status', 20_000);
        assert.deepEqual(
          events.map(({ headers }) => headers['Event-Sequence']),
          eventsOf(capture).map(({ headers }) => headers['Event-Sequence']),
        );
      }
    });
  }
});
