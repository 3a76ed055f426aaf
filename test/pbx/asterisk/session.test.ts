import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import type { Frame } from '../../../src/pbx/asterisk/frame.ts';
import { type AmiSession, openSession } from '../../../src/pbx/asterisk/session.ts';
import {
  attach,
  closeAll,
  failure,
  pair,
  pause,
  settings,
  startFake,
  user,
} from '../../fake/ami-attach.ts';
import { fromRoot } from '../../root.ts';

afterEach(closeAll);

describe('AmiSession', () => {
  it('answers many requests at once, each with its own', async () => {
    const { session } = await pair({ getvar: (channel) => `of ${channel}` });
    const asked = Array.from({ length: 2000 }, async (_, at) => {
      const answer = await session.request({ Action: 'Getvar', Channel: `c${at}`, Variable: 'X' });
      assert.equal(answer.fields.get('Value'), `of c${at}`);
    });
    await Promise.all(asked);
    assert.equal(session.strays, 0);
  });

  it('resolves with the answer whether it says Success or not', async () => {
    const { session } = await pair(user({ secret: 'secret', write: ['reporting'] }));
    const answer = await session.request({ Action: 'DBPut', Family: 'f', Key: 'k', Val: 'v' });
    assert.deepEqual([answer.name, answer.fields.get('Message')], ['Error', 'Permission denied']);
  });

  it('collects a list, one of its events wanted or not', async () => {
    const { fake, session } = await pair({}, { events: 'off', wants: () => false });
    fake.contacts = [{ ObjectName: '6001;@1' }, { ObjectName: '6002;@2' }];
    const rows = await session.list({ Action: 'PJSIPShowContacts' }, 'ContactListComplete');
    assert.deepEqual(
      rows.map((row) => [row.name, row.fields.get('ObjectName')]),
      [
        ['ContactList', '6001;@1'],
        ['ContactList', '6002;@2'],
      ],
    );
  });

  it("rejects a list the PBX will not give, with the PBX's words", async () => {
    const { session } = await pair();
    for (const [action, words] of [
      ['PJSIPShowContacts', 'No Contacts found'],
      ['Nonsense', /^Invalid\/unknown command/],
    ] as const) {
      const error = await failure(session.list({ Action: action }, 'NeverComplete'));
      assert.equal(error.kind, 'refused');
      assert.match(error.answer ?? '', new RegExp(words));
    }
  });

  it('ends a request at once whose answer is refused', async () => {
    const { session, refused } = await pair({ getvar: () => '100\nB: x' });
    const error = await failure(
      session.request({ Action: 'Getvar', Channel: 'c', Variable: 'UA' }),
    );
    assert.equal(error.kind, 'protocol');
    assert.equal(refused.length, 1);
  });

  it("answers about a user agent with a tab in it: a call's source must stay knowable", async () => {
    const { session, refused } = await pair({ getvar: () => 'a\tb' });
    const answer = await session.request({ Action: 'Getvar', Channel: 'c', Variable: 'UA' });
    assert.deepEqual([answer.fields.get('Value'), refused], ['a\tb', []]);
  });

  it('sends no action with a line break in it', async () => {
    const { fake, session } = await pair();
    const error = await failure(session.request({ Action: 'Getvar', Channel: 'c\nAction: Ping' }));
    assert.equal(error.kind, 'protocol');
    await session.request({ Action: 'Ping' });
    assert.deepEqual(
      fake.actions.map((one) => one.headers.get('Action')),
      ['Challenge', 'Login', 'Ping'],
    );
  });

  it('gives a request up in time, and takes its late answer for no stray', async () => {
    const { fake, session } = await pair();
    fake.stall();
    const error = await failure(session.request({ Action: 'Ping' }, 20));
    assert.equal(error.kind, 'timeout');
    fake.resume();
    assert.equal((await session.request({ Action: 'Ping' })).name, 'Success');
    assert.equal(session.strays, 0);
  });

  it('takes no more than 4,096 requests at a time', async () => {
    const { fake, session } = await pair();
    fake.stall();
    const many = Array.from({ length: 4096 }, () => failure(session.request({ Action: 'Ping' })));
    assert.equal((await failure(session.request({ Action: 'Ping' }))).kind, 'busy');
    session.close();
    for (const error of await Promise.all(many)) assert.equal(error.kind, 'closed');
  });

  it('queues no more than a bounded number of bytes', async () => {
    const { fake, session } = await pair();
    fake.stall();
    const long = { Action: 'DBPut', Family: 'f', Key: 'k', Val: 'v'.repeat(1000) };
    const many = Array.from({ length: 4000 }, () => failure(session.request(long)));
    const busy = many.at(-1);
    assert.equal((await busy)?.kind, 'busy');
    session.close();
    await Promise.all(many);
  });

  it('rejects what is pending when the PBX drops the connection, then tells its end once', async () => {
    const { fake, session, closed } = await pair();
    fake.stall();
    const order: string[] = [];
    const pending = [
      failure(session.request({ Action: 'Ping' })),
      failure(session.list({ Action: 'PJSIPShowContacts' }, 'ContactListComplete')),
    ];
    for (const one of pending) one.then(() => order.push('request'), assert.fail);
    fake.drop();
    const reason = await session.closed;
    assert.equal(reason.kind, 'closed');
    assert.deepEqual(
      (await Promise.all(pending)).map((error) => error.kind),
      ['closed', 'closed'],
    );
    assert.equal((await failure(session.request({ Action: 'Ping' }))).kind, 'closed');
    session.close();
    assert.deepEqual(closed, [reason]);
  });

  it('notices a PBX that is connected and silent', async () => {
    const { fake, session } = await pair({}, { pingEveryMs: 20, deadAfterMs: 60 });
    await fake.seen('Ping');
    fake.stall();
    const reason = await session.closed;
    assert.equal(reason.kind, 'closed');
    assert.match(reason.message, /nothing read/);
  });

  it('stays while the PBX answers pings, however quiet it is', async () => {
    const { fake, session, closed } = await pair({}, { pingEveryMs: 10, deadAfterMs: 500 });
    await fake.seen('Ping');
    const pings = () => fake.actions.filter((one) => one.headers.get('Action') === 'Ping');
    while (pings().length < 4) await pause();
    assert.deepEqual([closed, session.strays], [[], 0]);
  });

  it('reads a flood to its end, and answers meanwhile', async () => {
    const { fake, session, events } = await pair();
    const flood = fake.flood('Event: Newchannel\r\nPrivilege: call,all\r\nK: v', 20_000);
    const answer = await session.request({ Action: 'Ping' });
    await flood;
    await session.request({ Action: 'Ping' });
    assert.deepEqual([answer.name, events.length, session.strays], ['Success', 20_000, 0]);
  });

  it('counts answers nobody asked for, and events where none are taken', async () => {
    const { fake, session, events } = await pair({}, { events: 'off' });
    fake.sessions[0]?.send('Response: Success\r\nActionID: 1\r\n\r\nEvent: Newchannel\r\n\r\n');
    await session.request({ Action: 'Ping' });
    assert.deepEqual([session.strays, events.length], [2, 0]);
  });

  it('delivers nothing after its end, be it in the same chunk', async () => {
    const fake = await startFake({});
    const seen: string[] = [];
    let session: AmiSession | undefined;
    const on = {
      event(frame: Frame) {
        seen.push(frame.name);
        session?.close();
      },
      refused: () => seen.push('refused'),
      closed: () => seen.push('closed'),
    };
    session = await openSession(settings(fake.port, { on }));
    fake.sessions[0]?.send('Event: A\r\n\r\nEvent: B\r\n\r\nbad\r\n\r\n');
    await session.closed;
    assert.deepEqual(seen, ['A', 'closed']);
  });

  it('reads a capture alike over the wire, in small pieces, as from the file', async () => {
    const capture = readFileSync(
      fromRoot('test/captures/asterisk/22-pjsip-ghost-from-100.ami.txt'),
    );
    const { fake, session, events } = await pair({ chunkBytes: 5 }, { events: 'all' });
    fake.play(capture);
    await session.request({ Action: 'Ping' });
    const names = [...capture.toString().matchAll(/^Event: (.*)\r$/gm)].map((match) => match[1]);
    assert.deepEqual(
      events.map((event) => event.name),
      names.filter((name) => name !== 'TestEvent'),
    );
  });

  it('sees no forged event through the filters, and the injection without them', async () => {
    const capture = readFileSync(
      fromRoot('test/captures/asterisk/16-chansip-inject-from-full.ami.txt'),
    );
    const filters = ['![[:cntrl:]]{4}[^[:cntrl:]]', '![^[:cntrl:]][[:cntrl:]][^[:cntrl:]]'];
    const { fake, session, events, refused } = await pair({}, { filters });
    const bare = await attach(fake.port);
    fake.play(capture);
    await Promise.all([session, bare.session].map((one) => one.request({ Action: 'Ping' })));
    assert.deepEqual([events.filter(forged).length, refused.length], [0, 0]);
    assert.ok(events.length > 0);
    assert.ok(bare.events.some(forged));
    assert.ok(bare.refused.length > 10);
  });
});

function forged(frame: Frame): boolean {
  return frame.name === 'InvalidPassword';
}
