import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallEvent } from '../../../src/event/sip-event.ts';
import { guest, type Lab, withLab } from './link-harness.ts';
import { channelFrame, securityFrame, wire } from './translate-frames.ts';

const GUEST = 'PJSIP/anonymous-00000001';
const up = (lab: Lab) => lab.until(() => lab.pbx.status().state === 'up');

describe('asteriskLink', () => {
  it('comes up with five guarded sessions, registrations told before', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      const { version, counters, problem } = lab.pbx.status();
      assert.equal(version, 'Asterisk 22.10.1');
      assert.equal(problem, undefined);
      assert.equal(counters.connections, 1);
      assert.equal(counters.refusedFrames, 0);
      assert.ok(counters.frames > 0 && counters.bytes > 0);
      assert.deepEqual(lab.registrations, [[]]);
      assert.deepEqual(
        lab.ami.sessions.map(({ events }) => events),
        ['off', 'off', 'call', 'security', 'call,security'],
      );
    });
  });

  it('judges a call by the source the PBX tells, and rejects it', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      lab.ami.channels.set(GUEST, guest('198.18.11.20:52180'));
      lab.ami.emit(wire(channelFrame('Newchannel')));
      await lab.until(() => lab.events.length === 1);
      const [call] = lab.calls();
      assert.ok(call !== undefined);
      assert.deepEqual(
        { ...call, seenAt: 0 },
        {
          kind: 'call',
          pbx: 'lab',
          seenAt: 0,
          source: { address: '198.18.11.20', port: 52_180, transport: 'unknown' },
          proof: 'forgeable',
          channel: GUEST,
          callingNumber: '100',
          calledNumber: '6001',
          context: 'public',
          userAgent: 'friendly-scanner',
          callId: 'bd0bf6d8@198.18.11.20',
        },
      );
      lab.ami.emit(wire(channelFrame('DialBegin')));
      assert.equal(await lab.pbx.reject(call), 'rejected');
      const hangup = await lab.ami.seen('Hangup', (said) => said.get('Channel') === GUEST);
      assert.equal(hangup.headers.get('Cause'), '21');
      await lab.until(() => lab.events.length === 2);
      const end = lab.events[1];
      assert.equal(end?.kind === 'call-ended' && end.rang, true);
      assert.equal(await lab.pbx.reject(call), 'gone');
      assert.equal(lab.pbx.status().counters.failedRejects, 1);
    });
  });

  it('knows who answered a challenge', async () => {
    const phone = new Map([...guest('198.18.13.1:5099'), ['CHANNEL(endpoint)', '6002']]);
    const trunk = new Map([...guest('198.18.12.1:5060'), ['CHANNEL(endpoint)', 'trunk']]);
    await withLab(
      {
        prepare(ami) {
          ami.endpoints = [
            { ObjectName: '6002', Auths: '6002' },
            { ObjectName: 'trunk', Auths: '' },
          ];
        },
      },
      async (lab) => {
        await up(lab);
        lab.ami.channels.set('PJSIP/6002-00000001', phone).set('PJSIP/trunk-00000002', trunk);
        lab.ami.emit(wire(channelFrame('Newchannel', { Channel: 'PJSIP/6002-00000001' })));
        await lab.until(() => lab.events.length === 1);
        lab.ami.emit(wire(channelFrame('Newchannel', { Channel: 'PJSIP/trunk-00000002' })));
        await lab.until(() => lab.events.length === 2);
        assert.deepEqual(
          lab.calls().map(({ endpoint, proof, authenticated }) => [endpoint, proof, authenticated]),
          [
            ['6002', 'proven', true],
            ['trunk', 'forgeable', undefined],
          ],
        );
      },
    );
  });

  it('tells security events, and never by the calls session', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      lab.ami.emit(wire(securityFrame('InvalidAccountID')));
      await lab.until(() => lab.events.length === 1);
      assert.equal(lab.events[0]?.kind, 'unknown-account');
      const before = lab.pbx.status().counters.refusedFrames;
      for (const session of lab.ami.sessions) {
        if (session.events === 'call')
          session.send(`${wire(securityFrame('InvalidPassword'))}\r\n\r\n`);
        if (session.events === 'security')
          session.send(`${wire(channelFrame('Newchannel'))}\r\n\r\n`);
      }
      await lab.until(() => lab.injections.length === 2);
      assert.equal(lab.events.length, 1);
      assert.equal(lab.pbx.status().counters.refusedFrames, before + 2);
    });
  });

  it('comes back by itself', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      await lab.ami.stop();
      await lab.until(() => lab.pbx.status().problem?.includes('ECONNREFUSED') ?? false);
      assert.equal(lab.pbx.status().state, 'connecting');
      assert.equal(await lab.pbx.reject(someCall()), 'failed');
      await assert.rejects(lab.pbx.reloadAcl(), { name: 'AmiError', kind: 'closed' });
      await lab.ami.restart();
      await up(lab);
      assert.equal(lab.pbx.status().counters.connections, 2);
    });
  });

  it('closes every session when one is lost, and opens them anew', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      const old = [...lab.ami.sessions];
      old[3]?.reset();
      await lab.until(() => lab.states.some(({ state }) => state === 'connecting'));
      await up(lab);
      assert.equal(
        lab.ami.sessions.some((session) => old.includes(session)),
        false,
      );
      assert.equal(lab.ami.sessions.length, 5);
    });
  });

  it('says that the secret is wrong, once, and tries on', async () => {
    await withLab({ policy: { secret: 'mistyped' } }, async (lab) => {
      await lab.until(() => lab.states.length === 1);
      const logins = () =>
        lab.ami.actions.filter(({ headers }) => headers.get('Action') === 'Login');
      assert.equal(lab.pbx.status().state, 'refused');
      assert.ok(lab.pbx.status().problem);
      // One failed login a try, not five.
      await lab.ami.seen('Login', () => logins().length === 2);
      assert.equal(lab.states.length, 1);
    });
  });

  it('says which right is missing', async () => {
    const users = { ghostgate: { secret: 'secret', write: ['system'] } };
    await withLab({ fake: { users } }, async (lab) => {
      await lab.until(() => lab.pbx.status().state === 'refused');
      assert.match(lab.pbx.status().problem ?? '', /Getvar.*write = system,call,reporting/);
    });
  });

  it('is degraded without filters: judges guests, reads no security events', async () => {
    const users = { ghostgate: { secret: 'secret', write: ['call', 'reporting'] } };
    await withLab({ fake: { users } }, async (lab) => {
      await lab.until(() => lab.pbx.status().state === 'degraded');
      assert.match(lab.pbx.status().problem ?? '', /write = system,call,reporting/);
      lab.ami.emit(wire(securityFrame('InvalidPassword')));
      const phone = new Map([...guest('198.18.13.1:5099'), ['CHANNEL(endpoint)', '6002']]);
      lab.ami.channels.set('PJSIP/6002-00000002', phone);
      lab.ami.emit(wire(channelFrame('Newchannel', { Channel: 'PJSIP/6002-00000002' })));
      lab.ami.channels.set(GUEST, guest('198.18.11.20:52180'));
      lab.ami.emit(wire(channelFrame('Newchannel')));
      await lab.until(() => lab.events.length === 1);
      assert.equal(lab.calls()[0]?.source.address, '198.18.11.20');
      // Whether 6002 gave a password is not known: it is not taken for a stranger.
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(lab.pbx.status().counters.unknownSources, 1);
    });
  });

  it('refuses calls without the channel token, asking the PBX about them', async () => {
    const fake = { channelVariables: ['GHOSTGATE_TOKEN=s3cr3t'] };
    await withLab({ fake, policy: { channelToken: 's3cr3t' } }, async (lab) => {
      await up(lab);
      lab.ami.channels.set(GUEST, guest('198.18.11.20:52180'));
      lab.ami.emit(wire(channelFrame('Newchannel')));
      await lab.until(() => lab.events.length === 1);
      assert.equal(lab.injections.length, 0);
    });
    await withLab({ policy: { channelToken: 's3cr3t' } }, async (lab) => {
      await up(lab);
      lab.ami.emit(wire(channelFrame('Newchannel')));
      await lab.until(() => lab.injections.length === 1);
      assert.match(lab.injections[0]?.why ?? '', /token/);
      assert.equal(lab.events.length, 0);
    });
  });

  it('has the ACLs read again', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      await lab.pbx.reloadAcl();
      const { headers } = await lab.ami.seen('Reload');
      assert.equal(headers.get('Module'), 'acl');
    });
  });

  it('takes no empty answer from an Asterisk that is still starting', async () => {
    const notLoaded = { Response: 'Error', Message: 'Invalid/unknown command: X. Use …' };
    await withLab(
      {
        prepare: ({ answers }) => {
          answers.set('PJSIPShowContacts', () => notLoaded).set('SIPpeers', () => notLoaded);
        },
      },
      async (lab) => {
        await lab.until(() => lab.pbx.status().problem !== undefined);
        assert.match(lab.pbx.status().problem ?? '', /neither chan_pjsip nor chan_sip/);
        assert.deepEqual(lab.registrations, []);
        lab.ami.answers.clear();
        await up(lab);
      },
    );
  });
});

function someCall(): CallEvent {
  const source = { address: '198.18.11.20', port: 0, transport: 'unknown' } as const;
  return { kind: 'call', pbx: 'lab', seenAt: 0, source, proof: 'forgeable', channel: GUEST };
}
