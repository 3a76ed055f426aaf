import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallEvent } from '../../../src/event/sip-event.ts';
import { capture, type Lab, recorded, up, withLab } from './link-harness.ts';

const GHOST = recorded('ghost-invite-external', 'CHANNEL_CREATE');
const UUID = GHOST['Unique-ID'] ?? '';

/** The leg to a phone that the PBX makes for a call. */
const legFor = (uuid: string) =>
  recorded('ghost-invite-external', 'CHANNEL_CREATE', {
    'Unique-ID': '48e94696-b869-4cf2-bdc2-0abeb6799274',
    'Call-Direction': 'outbound',
    'Other-Leg-Unique-ID': uuid,
  });

describe('freeswitchLink', () => {
  it('comes up with events and commands on connections of their own', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      const { version, counters, problem, kind } = lab.pbx.status();
      assert.deepEqual([version, problem, kind], ['FreeSWITCH 1.11.2', undefined, 'freeswitch']);
      assert.equal(counters.connections, 1);
      assert.ok(counters.bytes > 0);
      assert.equal(lab.esl.sessions.length, 3);
      const subscribed = lab.esl.commands.filter(({ line }) => line.startsWith('event '));
      assert.equal(subscribed.length, 1);
      const [, names = '', custom = ''] =
        /^event json (.*) CUSTOM (.*)$/.exec(subscribed[0]?.line ?? '') ?? [];
      assert.ok(!/\ball\b/i.test(names));
      assert.ok(custom.split(' ').every((name) => name.startsWith('sofia::')));
    });
  });

  it('tells a call, rejects it, and tells that it rang before', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      lab.esl.emit(GHOST);
      await lab.until(() => lab.events.length === 1);
      const [call] = lab.calls();
      assert.ok(call !== undefined);
      assert.equal(call.source.address, '198.18.1.20');
      lab.esl.emit(legFor(UUID));
      assert.equal(await lab.pbx.reject(call), 'rejected');
      assert.deepEqual(lab.esl.killed, [{ uuid: UUID, cause: 'CALL_REJECTED' }]);
      await lab.until(() => lab.events.length === 2);
      const end = lab.events[1];
      assert.equal(end?.kind === 'call-ended' && end.rang, true);
      assert.equal(end?.source.address, '198.18.1.20');
      assert.equal(await lab.pbx.reject(call), 'gone');
      assert.equal(lab.pbx.status().counters.failedRejects, 1);
      const killed = lab.esl.commands.filter(({ line }) => line.startsWith('api uuid_kill'));
      const asked = lab.esl.commands.find(({ line }) => line === 'api version');
      assert.ok(killed.every(({ session }) => session !== asked?.session));
    });
  });

  it('tells a call once, and that it did not ring', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      lab.esl.emit(GHOST);
      lab.esl.emit(GHOST);
      lab.esl.emit({ ...GHOST, 'Event-Name': 'CHANNEL_HANGUP_COMPLETE' });
      lab.esl.emit({ ...GHOST, 'Event-Name': 'CHANNEL_HANGUP_COMPLETE' });
      lab.esl.emit(recorded('ghost-invite-internal', 'sofia::wrong_call_state'));
      await lab.until(() => lab.events.length >= 3);
      assert.deepEqual(
        lab.events.map((event) => [event.kind, event.kind === 'call-ended' && event.rang]),
        [
          ['call', false],
          ['call-ended', false],
          ['bad-request', false],
        ],
      );
    });
  });

  it('gives the same events however the bytes are cut', async () => {
    const seen: string[] = [];
    for (const chunkBytes of [7, 1000, 100_000]) {
      await withLab({ fake: { chunkBytes } }, async (lab) => {
        await up(lab);
        lab.esl.play(capture('invite-auth-fail'));
        await lab.until(() => lab.events.length === 6);
        seen.push(
          lab.events.map(({ kind, proof, account }) => `${kind} ${proof} ${account}`).join(),
        );
      });
    }
    assert.equal(new Set(seen).size, 1);
    assert.equal(seen[0]?.match(/auth-failure proven/g)?.length, 3);
  });

  it('says that the password is wrong, once, and tries on', async () => {
    await withLab({ policy: { password: 'mistyped' } }, async (lab) => {
      await lab.until(() => lab.states.length === 1);
      assert.equal(lab.pbx.status().state, 'refused');
      assert.match(lab.pbx.status().problem ?? '', /password/);
      // One failed login a try, not three.
      while (lab.esl.wrongPasswords < 3) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(lab.states.length, 1);
    });
  });

  it('says when the event socket does not let its address in', async () => {
    await withLab({ fake: { rejectAll: true } }, async (lab) => {
      await lab.until(() => lab.pbx.status().state === 'refused');
      assert.match(lab.pbx.status().problem ?? '', /apply-inbound-acl/);
    });
  });

  it('comes back by itself', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      lab.esl.emit(GHOST);
      await lab.until(() => lab.events.length === 1);
      await lab.esl.stop();
      await lab.until(() => lab.pbx.status().problem?.includes('ECONNREFUSED') ?? false);
      assert.equal(lab.pbx.status().state, 'connecting');
      assert.equal(await lab.pbx.reject(lab.calls()[0] ?? someCall()), 'failed');
      await assert.rejects(lab.pbx.reloadAcl(), { name: 'EslError', kind: 'closed' });
      await assert.rejects(lab.pbx.heldAcl('x'), { name: 'EslError', kind: 'closed' });
      await lab.esl.restart();
      await up(lab);
      assert.equal(lab.pbx.status().counters.connections, 2);
      // The end of a call that began before.
      lab.esl.emit({ ...GHOST, 'Event-Name': 'CHANNEL_HANGUP_COMPLETE' });
      await lab.until(() => lab.events.length === 2);
      assert.equal(lab.events[1]?.kind, 'call-ended');
    });
  });

  const losses: [string, (lab: Lab) => void][] = [
    ['reset', ({ esl }) => esl.drop()],
    ['cut off in the middle of an event', ({ esl }) => esl.cutOff()],
    ['of the events alone', ({ esl }) => eventsSession(esl)?.reset()],
    ['with a farewell', ({ esl }) => eventsSession(esl)?.goodbye()],
  ];
  for (const [name, lose] of losses) {
    it(`opens every connection anew after a loss ${name}`, async () => {
      await withLab({}, async (lab) => {
        await up(lab);
        const old = [...lab.esl.sessions];
        lose(lab);
        await lab.until(() => lab.states.some(({ state }) => state === 'connecting'));
        await up(lab);
        lab.esl.emit(GHOST);
        await lab.until(() => lab.events.length === 1);
        assert.ok(lab.esl.sessions.every((session) => !old.includes(session)));
      });
    });
  }

  it('survives a flood, every call told', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      await lab.esl.flood(recorded('svcrack-register', 'sofia::pre_register'), 5000);
      lab.esl.emit(GHOST);
      await lab.until(() => lab.calls().length === 1);
      assert.equal(lab.events.length, 5001);
      assert.equal(lab.pbx.status().state, 'up');
    });
  });

  it('has the ACLs read again, and hears when they were not', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      await lab.pbx.reloadAcl();
      lab.esl.answers.set('reloadacl', '-ERR [error near line 7: unclosed <list>]\n');
      await assert.rejects(lab.pbx.reloadAcl(), {
        name: 'EslError',
        kind: 'refused',
        message: /error near line 7/,
      });
    });
  });

  it('tells what the server holds', async () => {
    const acl =
      '<configuration name="acl.conf"><network-lists><list name="ghostgate" default="allow"><node type="deny" cidr="198.18.1.20/32"/></list></network-lists></configuration>';
    const sofia =
      '<configuration name="sofia.conf"><profiles><profile name="internal"><settings><param name="auth-calls" value="true"/><param name="apply-inbound-acl" value="ghostgate"/></settings></profile></profiles></configuration>';
    await withLab({}, async (lab) => {
      await up(lab);
      assert.equal(await lab.pbx.heldAcl('ghostgate'), undefined);
      await assert.rejects(lab.pbx.profiles(), { kind: 'refused' });
      lab.esl.answers.set('xml_locate configuration configuration name acl.conf', acl);
      lab.esl.answers.set('xml_locate configuration configuration name sofia.conf', sofia);
      assert.deepEqual(await lab.pbx.heldAcl('ghostgate'), new Set(['198.18.1.20']));
      assert.equal((await lab.pbx.profiles())[0]?.authenticates, true);
      lab.esl.answers.set('xml_locate', '<broken');
      lab.esl.answers.set('xml_locate configuration configuration name acl.conf', '<broken');
      await assert.rejects(lab.pbx.heldAcl('ghostgate'), { kind: 'protocol' });
      // A profile that lets anybody in is told at the next connection.
      lab.esl.answers.set('xml_locate configuration configuration name acl.conf', acl);
      lab.esl.drop();
      await lab.until(() => lab.pbx.status().state === 'degraded');
      assert.match(lab.pbx.status().problem ?? '', /internal.*ghostgate allows by default/);
    });
  });
});

describe('hostile bytes over a link', () => {
  it('crash nothing and command nothing: every capture in one stream', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      for (const name of [
        'malformed-ua-external',
        'malformed-from-external',
        'malformed-dest-external',
        'malformed-invite-internal',
        'malformed-register-internal',
        'injection-log-from-user',
        'injection-info-body',
      ]) {
        lab.esl.play(capture(name));
      }
      await lab.until(() => lab.calls().length === 27);
      assert.equal(lab.pbx.status().state, 'up');
      assert.equal(lab.pbx.status().counters.refusedFrames, 0);
      const before = lab.esl.commands.length;
      for (const call of lab.calls()) await lab.pbx.reject(call);
      for (const { line } of lab.esl.commands.slice(before)) {
        assert.match(line, /^api uuid_kill [0-9a-f-]{36} CALL_REJECTED$/);
      }
    });
  });

  it('are refused where they forge what decides, and told', async () => {
    const json = JSON.stringify(GHOST);
    const forged = [
      `${json.slice(0, -1)},"Caller-Network-Addr":"198.18.2.1"}`,
      JSON.stringify({ ...GHOST, 'Caller-Network-Addr': '198.18.2.1' }),
      JSON.stringify({ ...GHOST, 'Unique-ID': `${UUID}\n\napi shutdown` }),
    ];
    await withLab({}, async (lab) => {
      await up(lab);
      for (const one of forged) for (const session of lab.esl.sessions) sendEvent(session, one);
      await lab.until(() => lab.injections.length === forged.length);
      assert.deepEqual(lab.events, []);
      assert.equal(lab.pbx.status().counters.refusedFrames, forged.length);
      assert.equal(lab.pbx.status().counters.unknownSources, 2);
      for (const { excerpt } of lab.injections) assert.doesNotMatch(excerpt, /\n/);
    });
  });
});

function eventsSession(esl: Lab['esl']) {
  return esl.sessions.find(({ subscription }) => subscription.names.size > 0);
}

function sendEvent(session: Lab['esl']['sessions'][number], json: string): void {
  if (session.subscription.names.size === 0) return;
  const length = Buffer.byteLength(json);
  session.send(`Content-Length: ${length}\nContent-Type: text/event-json\n\n${json}`);
}

function someCall(): CallEvent {
  const source = { address: '198.18.1.20', port: 0, transport: 'unknown' } as const;
  return { kind: 'call', pbx: 'lab', seenAt: 0, source, proof: 'forgeable', channel: UUID };
}
