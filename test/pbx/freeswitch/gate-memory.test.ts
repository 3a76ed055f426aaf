import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EslError } from '../../../src/pbx/freeswitch/esl-error.ts';
import type { GateMemory } from '../../../src/pbx/gate.ts';
import type { FakeEsl } from '../../fake/esl-server.ts';
import { recorded, up, withLab } from './link-harness.ts';

test('entries stand in the hash under the keys of the dialplan, and are read back from there', async () => {
  await withGate(async (gate, esl) => {
    await gate.put('ban', [
      { key: '198.51.100.7', until: 99 },
      { key: '2001:db8:1::/64', until: 100 },
      { key: '203.0.113.0/28', until: 101 },
    ]);
    await gate.put('junk', [
      { key: 'SIPVicious', until: 7 },
      { key: 'x/y', until: 7 },
    ]);
    await gate.put('state', [{ key: 'alive', until: 8.5 }]);
    await gate.writeCause();
    assert.deepEqual(
      [...esl.hash],
      [
        ['ghostgate_ban_198.51.100.7', '99'],
        ['ghostgate_ban_64-2001:db8:1:0', '100'],
        ['ghostgate_ban_64-2001:db8:1::', '100'],
        ['ghostgate_junk_sipvicious', '7'],
        ['ghostgate_state_alive', '8'],
        ['ghostgate_state_cause', 'CALL_REJECTED'],
      ],
    );
    esl.hash.set('ghostgate_ban_not-ours', 'x').set('other_ghostgate_ban_1.2.3.4', '9');
    const held = [
      ['198.51.100.7', 99],
      ['2001:db8:1::/64', 100],
    ] as const;
    assert.deepEqual(await gate.held('ban'), new Map(held));
    assert.deepEqual(await gate.held('trust'), new Map(), 'the answer for nothing is no fault');
    assert.equal(gate.canHold('2001:db8::/48'), true);
    assert.equal(gate.canHold('203.0.113.0/28'), false);
  });
});

test('what is removed or cleared is gone, and may have been gone before', async () => {
  await withGate(async (gate, esl) => {
    await gate.put('trust', [
      { key: '198.51.100.7', until: 99 },
      { key: '198.51.100.8', until: 99 },
    ]);
    await gate.put('junk', [{ key: '100', until: 99 }]);
    await gate.remove('trust', ['198.51.100.7', '198.51.100.9', '10.0.0.0/8']);
    assert.deepEqual([...esl.hash.keys()], ['ghostgate_trust_198.51.100.8', 'ghostgate_junk_100']);
    await gate.clear('trust');
    await gate.clear('trust');
    await gate.clear('junk');
    assert.equal(esl.hash.size, 0);
  });
});

test('thousands are written in turns, none is left out, and none over the way of the kills', async () => {
  await withGate(async (gate, esl) => {
    const many = Array.from({ length: 3000 }, (_, at) => `10.7.${at >> 8}.${at & 255}`);
    await gate.put(
      'ban',
      many.map((key) => ({ key, until: 5 })),
    );
    assert.equal(esl.hash.size, 3000);
    assert.equal((await gate.held('ban')).size, 3000);
    const writers = new Set(
      esl.commands.filter(({ line }) => line.startsWith('api hash')).map(({ session }) => session),
    );
    assert.equal(writers.size, 1);
    const others = esl.commands.filter(({ line }) => !line.startsWith('api hash'));
    assert.equal(
      others.some(({ session }) => writers.has(session)),
      false,
    );
  });
});

test('a PBX without mod_hash is told what to load, whatever it is asked', async () => {
  await withGate(async (gate, esl) => {
    esl.answers.set('hash', '-ERR hash Command not found!\n');
    esl.answers.set('hash_dump', '-ERR hash_dump Command not found!\n');
    const asked = [
      () => gate.put('ban', [{ key: '198.51.100.7', until: 9 }]),
      () => gate.remove('ban', ['198.51.100.7']),
      () => gate.held('ban'),
      () => gate.clear('ban'),
      () => gate.writeCause(),
    ];
    for (const ask of asked) {
      await assert.rejects(ask(), (error) => {
        assert.ok(error instanceof EslError);
        assert.match(error.message, /lists of the gate: -ERR hash.* Command not found/);
        assert.match(error.hint, /load mod_hash/);
        return true;
      });
    }
  });
});

test('a call that waits is marked; one that is gone, or a PBX that is away, is told apart', async () => {
  await withLab({ link: { gated: true } }, async (lab) => {
    const ghost = recorded('ghost-invite-external', 'CHANNEL_CREATE');
    const uuid = ghost['Unique-ID'] ?? '';
    assert.equal(await lab.pbx.pass(aCall(uuid)), 'failed', 'not attached yet');
    await up(lab);
    lab.esl.emit(ghost);
    assert.equal(await lab.pbx.pass(aCall(uuid)), 'passed');
    assert.equal(lab.esl.variables.get(`${uuid}/ghostgate`), 'pass');
    assert.equal(await lab.pbx.pass(aCall(OTHER)), 'gone');
    for (const hostile of [`${uuid} x`, `${uuid}\n\napi shutdown`, '', 'all']) {
      assert.equal(await lab.pbx.pass(aCall(hostile)), 'failed');
    }
    const marks = lab.esl.commands.filter(({ line }) => line.startsWith('api uuid_setvar'));
    assert.equal(marks.length, 2);
  });
});

test('without a gate in the policy no session is opened for it', async () => {
  await withLab({}, async (lab) => {
    await up(lab);
    assert.equal(lab.pbx.gate, undefined);
    assert.equal(lab.esl.sessions.length, 3);
  });
});

const OTHER = 'db93fc56-db98-44df-95db-5fe7c16375af';

function withGate(run: (gate: GateMemory, esl: FakeEsl) => Promise<void>): Promise<void> {
  return withLab({ link: { gated: true } }, async (lab) => {
    await up(lab);
    assert.ok(lab.pbx.gate);
    await run(lab.pbx.gate, lab.esl);
  });
}

function aCall(channel: string) {
  const source = { address: '198.51.100.7', port: 5060, transport: 'udp' } as const;
  return { kind: 'call', pbx: 'lab', seenAt: 0, proof: 'forgeable', source, channel } as const;
}
