import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whoAsks } from '../../src/cli/ban.ts';
import { lockdown } from '../../src/cli/lockdown.ts';
import { exchange } from '../web/exchange.ts';
import { NOW, aPlan, fakeControl, served } from '../web/fake-control.ts';
import { recorder } from './recorder.ts';

const by = whoAsks();

test('on tells whom it shuts out before it closes the ports', async (context) => {
  const control = fakeControl();
  const socket = await served(context, control);
  const output = recorder();
  assert.equal(
    await lockdown(['on', '--confirm-within', '30s', '--socket', socket], output, NOW),
    0,
  );
  assert.deepEqual(control.asked, [{ confirmWithinSeconds: 30, by }]);
  const [plan = '', state = ''] = output.written.out.split('\n\n');
  assert.equal(
    plan,
    `Lockdown opens the SIP ports (5060, 5061) to these alone:
  trunks      gntel (4 addresses)
  trusted     2 networks
  registered  12 sources, 2 of them outside of trusted networks: 203.0.113.50
              (201, 202), 203.0.113.51 (203)
A phone that holds no registration yet and is in no trusted network cannot
register while it is on.
Nobody else has sent to these ports in the last minute.`,
  );
  // Where the lines break depends on the name of who runs the tests.
  assert.equal(
    state.trim().replaceAll(/\s+/g, ' '),
    `Lockdown is on (${by}), unconfirmed: it ends by itself at 2026-03-01 14:06:00 (in 30s). ` +
      '0 packets dropped so far. ' +
      'Call in from outside now. If all is well: ghostgate lockdown confirm',
  );
});

test('on says who would be missed, and a refusal is told', async (context) => {
  const plan = aPlan({
    registered: { sources: 1, outside: 1, some: [], unreachable: ['201'] },
    shutOut: { sources: 3, some: ['198.51.100.1', '198.51.100.2'] },
  });
  const fake = fakeControl();
  const refusal = { refused: 'no trunk', hint: 'name the trunks in the policy' };
  const socket = await served(context, {
    ...fake,
    lockdown: {
      ...fake.lockdown,
      view: async () => ({ lockdown: { state: 'off', inForce: false, droppedPackets: 0 }, plan }),
      on: async () => refusal,
    },
  });
  const output = recorder();
  assert.equal(await lockdown(['on', '--socket', socket], output, NOW), 1);
  assert.match(output.written.out, /201 registered with a private address as contact/);
  assert.match(output.written.out, /3 other sources .* 198\.51\.100\.2, and\s1 more/s);
  assert.equal(output.written.err, 'ghostgate: no trunk\nTry: name the trunks in the policy\n');
});

test('confirm and off', async (context) => {
  const control = fakeControl();
  const socket = await served(context, control);
  const output = recorder();
  for (const action of ['confirm', 'off']) {
    assert.equal(await lockdown([action, '--socket', socket], output, NOW), 0);
  }
  assert.deepEqual(control.asked, ['confirm', 'off']);
  assert.equal(
    output.written.out,
    `Lockdown is on, confirmed 2026-03-01 14:05 (${by}).\n7 packets dropped so far.\nLockdown is off.\n`,
  );
});

test('status changes nothing, and --json tells it all', async (context) => {
  const control = fakeControl();
  const socket = await served(context, control);
  const output = recorder();
  assert.equal(await lockdown(['status', '--json', '--socket', socket], output, NOW), 0);
  assert.deepEqual(control.asked, []);
  assert.deepEqual(JSON.parse(output.written.out), await control.lockdown.view());
});

for (const args of [
  [],
  ['maybe'],
  ['on', '--confirm-within', '0s'],
  ['on', '--confirm-within', '2h'],
  ['on', 'off'],
]) {
  test(`usage: lockdown ${args.join(' ')}`, async () => {
    const output = recorder();
    assert.equal(await lockdown(args, output, NOW), 2);
    assert.match(output.written.err, /\nTry: ghostgate lockdown --help/);
  });
}

test('the socket takes nothing but what it asks for', async (context) => {
  const control = fakeControl();
  const socketPath = await served(context, control);
  for (const [path, body] of [
    ['on', { by }],
    ['on', { by, confirmWithinSeconds: 3601 }],
    ['on', { by, confirmWithinSeconds: 0.5 }],
    ['off', { by: '' }],
    ['confirm', { by, more: 1 }],
  ] as const) {
    const where = { socketPath, path: `/lockdown/${path}`, method: 'POST' };
    const answer = await exchange(where, JSON.stringify(body));
    assert.equal(answer.status, 400, `${path} ${JSON.stringify(body)}`);
  }
  assert.deepEqual(control.asked, []);
});
