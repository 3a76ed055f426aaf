import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SipEvent } from '../../../src/event/sip-event.ts';
import { askRegistrations } from '../../../src/pbx/freeswitch/registrations.ts';
import { type Lab, recorded, up, withLab } from './link-harness.ts';

const answering = (answer: string) => ({ api: () => Promise.resolve(answer) });
const row = (reg_user: string, network_ip: string) => ({
  reg_user,
  realm: '198.18.0.1',
  url: `sofia/internal/sip:${reg_user}@10.9.9.9:5060`,
  network_ip,
  network_port: '5062',
  network_proto: 'udp',
});
const PHONE = row('1001', '198.18.3.1');

describe('askRegistrations', () => {
  it('believes where each REGISTER came from, and no more', async () => {
    const rows = [
      PHONE,
      row('1002', 'fd00:18::c:1'),
      row('10\n03', '198.18.3.3'),
      row('1004', 'localhost'),
      row('', '198.18.3.5'),
      { ...PHONE, reg_user: ['1', '2'] },
      { network_ip: '198.18.3.6' },
      null,
      'x',
    ];
    const answer = JSON.stringify({ row_count: rows.length, rows });
    assert.deepEqual(await askRegistrations(answering(answer)), [
      { account: '1001', address: '198.18.3.1' },
      { account: '1002', address: 'fd00:18::c:1' },
      { account: '10\u{FFFD}03', address: '198.18.3.3' },
    ]);
  });

  it('reads none', async () => {
    assert.deepEqual(await askRegistrations(answering('{"row_count":0}')), []);
  });

  const faults: [string, string][] = [
    ['-ERR SQL disabled\n', 'refused'],
    ['', 'protocol'],
    ['{}', 'protocol'],
    ['[]', 'protocol'],
    ['null', 'protocol'],
    ['{"row_count":1,"rows":{"0":1}}', 'protocol'],
    ['{"row_count":1', 'protocol'],
  ];
  for (const [answer, kind] of faults) {
    it(`takes no empty answer from ${JSON.stringify(answer.trim())}`, async () => {
      await assert.rejects(askRegistrations(answering(answer)), { name: 'EslError', kind });
    });
  }
});

const told = (events: readonly SipEvent[]) =>
  events.map(({ kind, account, source, proof }) => [kind, account, source.address, proof]);

describe('registrations over a link', () => {
  it('are asked before the first call, and again when a phone says that it registered', async () => {
    await withLab({ link: QUICK }, async (lab) => {
      await up(lab);
      assert.deepEqual(lab.registrations, [[]]);
      lab.esl.registrations = [PHONE];
      lab.esl.emit(recorded('register-ok', 'sofia::register'));
      await lab.until(() => lab.events.length === 1);
      assert.deepEqual(told(lab.events), [['registered', '1001', '198.18.3.1', 'proven']]);
      assert.deepEqual(lab.registrations.at(-1), [{ account: '1001', address: '198.18.3.1' }]);
    });
  });

  it('are taken from no event', async () => {
    await withLab({ link: QUICK }, async (lab) => {
      await up(lab);
      lab.esl.emit(recorded('register-ok', 'sofia::register'));
      await lab.until(() => lab.registrations.length === 2);
      assert.deepEqual(lab.registrations.at(-1), []);
      assert.deepEqual(lab.events, []);
    });
  });

  it('end when the PBX no longer holds them', async () => {
    await withLab({ link: QUICK, prepare: hold }, async (lab) => {
      await up(lab);
      assert.equal(lab.registrations[0]?.length, 1);
      lab.esl.registrations = [];
      lab.esl.emit(
        recorded('register-ok', 'sofia::register', { 'Event-Subclass': 'sofia::unregister' }),
      );
      await lab.until(() => lab.events.length === 1);
      assert.deepEqual(told(lab.events), [['unregistered', '1001', '198.18.3.1', 'proven']]);
    });
  });

  it('that ended while the PBX was away are told when it is back', async () => {
    await withLab({ link: QUICK, prepare: hold }, async (lab) => {
      await up(lab);
      lab.esl.registrations = [];
      await lab.esl.restart();
      await lab.until(() => lab.events.length === 1);
      assert.deepEqual(told(lab.events), [['unregistered', '1001', '198.18.3.1', 'proven']]);
    });
  });

  it('that the PBX will not tell degrade the link, which guards all the same', async () => {
    await withLab({ prepare: hide }, async (lab) => {
      await lab.until(() => lab.pbx.status().state === 'degraded');
      assert.match(lab.pbx.status().problem ?? '', /registered.*-nosql/);
      lab.esl.emit(recorded('ghost-invite-external', 'CHANNEL_CREATE'));
      await lab.until(() => lab.calls().length === 1);
    });
  });
});

const QUICK = { pauseMs: 5 };

function hold(esl: Lab['esl']): void {
  esl.registrations = [PHONE];
}

function hide(esl: Lab['esl']): void {
  esl.answers.set('show registrations', '-ERR SQL disabled\n');
}
