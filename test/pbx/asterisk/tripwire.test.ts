import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fromRoot } from '../../root.ts';
import { guest, type Lab, withLab } from './link-harness.ts';
import { channelFrame, securityFrame, wire } from './translate-frames.ts';

const GUEST = 'PJSIP/anonymous-00000001';
const TRUNK = 'PJSIP/trunk-00000007';
const up = (lab: Lab) => lab.until(() => lab.pbx.status().state === 'up');

/** A caller number that makes Asterisk print an event of its own; 79 characters at most. */
const FORGED =
  '\r\n\r\nEvent: InvalidPassword\r\nRemoteAddress: IPV4/UDP/198.18.12.1/5060\r\n\r\nA:';
const NAMING_TRUNK = `\r\n\r\nEvent: Newchannel\r\nChannel: ${TRUNK}\r\nChannelState: 4`;

describe('an injection', () => {
  const numbers: [string, string][] = [
    ['a whole event', FORGED],
    ['another key', '100\r\nFoo: bar'],
    ['a key that is there already', '100\r\nEvent: Evil'],
    ['a bare LF', '100\nEvent: Evil'],
    ['a CR at the end', '100\r'],
    ['a tab', '100\t1'],
    ['the head of an event that names the trunk', NAMING_TRUNK],
  ];
  for (const [what, number] of numbers) {
    it(`with ${what} is confirmed by asking, and judged by its true source`, async () => {
      await withLab({}, async (lab) => {
        await up(lab);
        lab.ami.channels.set(GUEST, guest('198.18.11.60:34652', number));
        lab.ami.channels.set(TRUNK, guest('198.18.12.1:5060', '+420222000111'));
        lab.ami.emit(wire(channelFrame('Newchannel', { CallerIDNum: number })));
        await lab.until(() => lab.injections.some(({ source }) => source !== undefined));
        assert.deepEqual(
          lab.events.map((event) => [event.kind, event.source.address, event.channel]),
          [['call', '198.18.11.60', GUEST]],
        );
        assert.equal(lab.calls()[0]?.injected, true);
        // oxlint-disable-next-line no-control-regex -- Control characters are what it looks for.
        assert.doesNotMatch(JSON.stringify([lab.events, lab.injections]), /\\[rnt]|\\u00[01]/);
      });
    });
  }

  it('that reaches a phone before it is verified is known to have rung', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      lab.ami.channels.set(GUEST, guest('198.18.11.60:34652', FORGED));
      for (const name of ['Newchannel', 'DialBegin', 'Hangup']) {
        lab.ami.emit(wire(channelFrame(name, { CallerIDNum: FORGED })));
      }
      await lab.until(() => lab.events.some(({ kind }) => kind === 'call-ended'));
      assert.deepEqual(
        lab.events.map((event) => [event.kind, 'rang' in event && event.rang]),
        [
          ['call', false],
          ['call-ended', true],
        ],
      );
    });
  });

  it('hidden in the called number is found too', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      const variables = guest('198.18.11.60:34652', '100', FORGED);
      // The dialplan went on meanwhile.
      lab.ami.channels.set(GUEST, variables.set('EXTEN', 's'));
      lab.ami.emit(wire(channelFrame('Newchannel', { Exten: FORGED })));
      await lab.until(() => lab.calls().length === 1);
      assert.equal(lab.calls()[0]?.injected, true);
    });
  });

  it('that names an innocent channel harms nobody', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      lab.ami.channels.set(TRUNK, guest('198.18.12.1:5060', '+420222000111'));
      const forged = channelFrame('Newchannel', { Channel: TRUNK, CallerIDNum: '100\r\n\r\nA: b' });
      lab.ami.emit(wire(forged));
      await lab.until(() => lab.injections.some(({ why }) => why.includes('innocent')));
      assert.deepEqual(lab.events, []);
      assert.ok(lab.injections.every(({ source }) => source === undefined));
    });
  });

  it('that names the leg to the phone it rings harms no phone', async () => {
    const leg = 'PJSIP/6001-00000002';
    await withLab({}, async (lab) => {
      await up(lab);
      const variables = guest('198.18.13.1:5099', FORGED);
      lab.ami.channels.set(leg, variables.set('UNIQUEID', '1795420000.8181'));
      lab.ami.emit(wire(channelFrame('Newchannel', { Channel: leg, CallerIDNum: FORGED })));
      await lab.until(() => lab.injections.some(({ why }) => why.includes('confirmed')));
      assert.deepEqual(lab.events, []);
      assert.ok(lab.injections.every(({ source }) => source === undefined));
    });
  });

  it('in a security event bans nobody and is told', async () => {
    await withLab({}, async (lab) => {
      await up(lab);
      const twice = 'x\r\nRemoteAddress: IPV4/UDP/8.8.8.8/1';
      lab.ami.emit(wire(securityFrame('InvalidAccountID', { AccountID: twice })));
      lab.ami.emit(wire(securityFrame('InvalidAccountID', { AccountID: `x${FORGED}` })));
      await lab.until(() => lab.injections.length >= 3);
      assert.deepEqual(lab.events, []);
    });
  });

  it('is told ten times a second at most, and counted always', async () => {
    await withLab({ link: { now: () => 1_795_420_000_000 } }, async (lab) => {
      await up(lab);
      const bad = wire(securityFrame('InvalidAccountID', { AccountID: '' }));
      for (let n = 0; n < 50; n++) lab.ami.emit(`${bad}\r\nA: b`);
      lab.ami.emit(wire(securityFrame('InvalidAccountID')));
      await lab.until(() => lab.events.length === 1);
      assert.equal(lab.injections.length, 10);
      assert.equal(lab.pbx.status().counters.injections, 50);
    });
  });

  it('never shows the channel token', async () => {
    const fake = { channelVariables: ['GHOSTGATE_TOKEN=s3cr3t'] };
    await withLab({ fake, policy: { channelToken: 's3cr3t' } }, async (lab) => {
      await up(lab);
      lab.ami.channels.set(GUEST, guest('198.18.11.60:34652', '100', FORGED));
      lab.ami.emit(wire(channelFrame('Newchannel', { Exten: FORGED })));
      await lab.until(() => lab.calls().length === 1 && lab.injections.length >= 3);
      assert.match(JSON.stringify(lab.injections), /GHOSTGATE_TOKEN/);
      assert.doesNotMatch(JSON.stringify(lab.injections), /s3cr3t/);
    });
  });
});

describe('a capture of an injection, played to the link', () => {
  const captures = [
    '16-chansip-inject-from-full',
    '16-chansip-inject-from-lf',
    '16-chansip-inject-reg-full-noguest',
    '16-chansip-inject-to-full',
    '16-pjsip-inject-from-full',
    '16-pjsip-inject-from-full-noanon',
    '16-pjsip-inject-from-mini',
    '16-pjsip-inject-from-rawevent',
    '22-pjsip-inject-from-full',
    '22-pjsip-inject-from-short',
    '22-pjsip-inject-reg-full-noanon',
    '22-pjsip-inject-to-full',
  ];
  for (const name of captures) {
    it(`${name} names nobody else, and is told`, async () => {
      const capture = readFileSync(fromRoot('test', 'captures', 'asterisk', `${name}.ami.txt`));
      await withLab({}, async (lab) => {
        await up(lab);
        lab.ami.play(capture);
        lab.ami.emit(wire(securityFrame('InvalidPassword', { AccountID: 'last' })));
        await lab.until(
          () => lab.injections.length > 0 && lab.events.some(({ account }) => account === 'last'),
        );
        const named = new Set(lab.events.map(({ source }) => source.address));
        named.delete('198.18.11.36');
        assert.ok([...named].every((address) => address === '198.18.11.60'));
      });
    });
  }
});
