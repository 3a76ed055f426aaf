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

const ACL =
  '<configuration name="acl.conf"><network-lists><list name="ghostgate" default="allow"><node type="deny" cidr="198.18.1.20/32"/></list></network-lists></configuration>';
const SOFIA =
  '<configuration name="sofia.conf"><profiles><profile name="internal"><settings><param name="auth-calls" value="true"/><param name="apply-inbound-acl" value="ghostgate"/></settings></profile></profiles></configuration>';

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
          ['bad-request', false],
          // A ring may be told late, so this waits for it.
          ['call-ended', false],
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
    await withLab({}, async (lab) => {
      await up(lab);
      assert.equal(await lab.pbx.heldAcl('ghostgate'), undefined);
      await assert.rejects(lab.pbx.profiles(), { kind: 'refused' });
      lab.esl.answers.set('xml_locate configuration configuration name acl.conf', ACL);
      lab.esl.answers.set('xml_locate configuration configuration name sofia.conf', SOFIA);
      assert.deepEqual(await lab.pbx.heldAcl('ghostgate'), new Set(['198.18.1.20']));
      assert.equal((await lab.pbx.profiles())[0]?.authenticates, true);
      lab.esl.answers.set('xml_locate', '<broken');
      lab.esl.answers.set('xml_locate configuration configuration name acl.conf', '<broken');
      await assert.rejects(lab.pbx.heldAcl('ghostgate'), { kind: 'protocol' });
    });
  });

  it('warns of a profile that lets anybody in, for as long as it does', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      const { answers } = lab.esl;
      answers.set('xml_locate configuration configuration name acl.conf', ACL);
      answers.set('xml_locate configuration configuration name sofia.conf', SOFIA);
      await lab.pbx.reloadAcl();
      assert.equal(lab.pbx.status().state, 'degraded');
      assert.match(lab.pbx.status().problem ?? '', /internal.*ghostgate allows by default/);
      answers.set(
        'xml_locate configuration configuration name sofia.conf',
        SOFIA.replace('"ghostgate"', '"domains"'),
      );
      await lab.pbx.reloadAcl();
      assert.deepEqual([lab.pbx.status().state, lab.pbx.status().problem], ['up', undefined]);
    });
  });
});

function eventsSession(esl: Lab['esl']) {
  return esl.sessions.find(({ subscription }) => subscription.names.size > 0);
}

function someCall(): CallEvent {
  const source = { address: '198.18.1.20', port: 0, transport: 'unknown' } as const;
  return { kind: 'call', pbx: 'lab', seenAt: 0, source, proof: 'forgeable', channel: UUID };
}
