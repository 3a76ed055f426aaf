import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AmiError } from '../../../src/pbx/asterisk/errors.ts';
import type { GateMemory } from '../../../src/pbx/gate.ts';
import type { FakeAmi } from '../../fake/ami-server.ts';
import { withLab } from './link-harness.ts';

test('entries stand in AstDB under the keys of the dialplan, and are read back from there', async () => {
  await withGate(async (gate, ami) => {
    await gate.put('ban', [
      { key: '198.51.100.7', until: 99 },
      { key: '2001:db8:1:2::/64', until: 100 },
      { key: '203.0.113.0/28', until: 101 },
    ]);
    await gate.put('junk', [{ key: 'SIPVicious', until: 7 }]);
    await gate.put('state', [{ key: 'alive', until: 8 }]);
    assert.deepEqual(
      [...ami.database],
      [
        ['ghostgate/ban/198.51.100.7', '99'],
        ['ghostgate/ban/2001:db8:1:2', '100'],
        ['ghostgate/junk/sipvicious', '7'],
        ['ghostgate/state/alive', '8'],
      ],
    );
    ami.database.set('ghostgate/ban/not-ours', 'x');
    const held = [
      ['198.51.100.7', 99],
      ['2001:db8:1:2::/64', 100],
    ] as const;
    assert.deepEqual(await gate.held('ban'), new Map(held));
    assert.deepEqual(await gate.held('trust'), new Map());
  });
});

test('what is removed or cleared is gone, and may have been gone before', async () => {
  await withGate(async (gate, ami) => {
    await gate.put('trust', [
      { key: '198.51.100.7', until: 99 },
      { key: '198.51.100.8', until: 99 },
    ]);
    await gate.remove('trust', ['198.51.100.7', '198.51.100.9', '10.0.0.0/8']);
    assert.deepEqual([...ami.database.keys()], ['ghostgate/trust/198.51.100.8']);
    await gate.clear('trust');
    await gate.clear('trust');
    assert.equal(ami.database.size, 0);
  });
});

test('thousands are written in turns, none is left out', async () => {
  await withGate(async (gate, ami) => {
    const many = Array.from({ length: 3000 }, (_, at) => `10.7.${at >> 8}.${at & 255}`);
    await gate.put(
      'ban',
      many.map((key) => ({ key, until: 5 })),
    );
    assert.equal(ami.database.size, 3000);
    assert.equal((await gate.held('ban')).size, 3000);
  });
});

test('a PBX that will not keep it is told with the right to give', async () => {
  await withGate(async (gate, ami) => {
    ami.answers.set('DBPut', () => ({ Response: 'Error', Message: 'Permission denied' }));
    await assert.rejects(gate.put('ban', [{ key: '198.51.100.7', until: 9 }]), (error) => {
      assert.ok(error instanceof AmiError);
      assert.match(error.message, /DBPut for the gate: Permission denied/);
      assert.match(error.hint, /write = system,call,reporting/);
      return true;
    });
  });
});

test('a call that waits is marked; one that is gone, or a PBX that is away, is told apart', async () => {
  await withLab({ link: { gated: true } }, async (lab) => {
    const call = { channel: 'PJSIP/anonymous-00000001' };
    assert.equal(await lab.pbx.pass(aCall(call.channel)), 'failed', 'not attached yet');
    await lab.until(() => lab.pbx.status().state === 'up');
    lab.ami.channels.set(call.channel, new Map());
    assert.equal(await lab.pbx.pass(aCall(call.channel)), 'passed');
    assert.equal(lab.ami.channels.get(call.channel)?.get('GHOSTGATE'), 'pass');
    assert.equal(await lab.pbx.pass(aCall('PJSIP/anonymous-00000002')), 'gone');
  });
});

test('without a gate in the policy no session is opened for it', async () => {
  await withLab({}, async (lab) => {
    await lab.until(() => lab.pbx.status().state === 'up');
    assert.equal(lab.pbx.gate, undefined);
    assert.equal(lab.ami.sessions.length, 5);
  });
});

function withGate(run: (gate: GateMemory, ami: FakeAmi) => Promise<void>): Promise<void> {
  return withLab({ link: { gated: true } }, async (lab) => {
    await lab.until(() => lab.pbx.status().state === 'up');
    assert.ok(lab.pbx.gate);
    await run(lab.pbx.gate, lab.ami);
  });
}

function aCall(channel: string) {
  const source = { address: '198.51.100.7', port: 5060, transport: 'udp' } as const;
  return { kind: 'call', pbx: 'lab', seenAt: 0, proof: 'forgeable', source, channel } as const;
}
