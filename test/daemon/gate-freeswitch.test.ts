import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ban } from '../../src/cli/ban.ts';
import { startEslServer } from '../fake/esl-server.ts';
import { recorded } from '../pbx/freeswitch/link-harness.ts';
import { openScene, TRUNK } from './scene.ts';

test('a FreeSWITCH is told whom it knows and whom it refuses, again after it has forgotten', async (t) => {
  const esl = await startEslServer();
  t.after(() => esl.stop());
  process.env['TEST_ESL'] = 'secret';
  const scene = await openScene(
    t,
    'mode: enforce\ngate: { enabled: true }\ncalls: { kill_cause: USER_BUSY }',
    `  - name: fs1\n    freeswitch: { port: ${esl.port}, password: { env: TEST_ESL } }`,
  );
  const holds = async (key: string, fits: (value: string) => boolean): Promise<void> => {
    for (let tries = 0; tries < 300 && !fits(esl.hash.get(key) ?? ''); tries++) await pause();
    assert.ok(fits(esl.hash.get(key) ?? ''), `${key}: ${[...esl.hash.keys()].join(' ')}`);
  };
  const told = async () => {
    await holds(`ghostgate_carrier_${TRUNK}`, counts);
    await holds('ghostgate_junk_1000', counts);
    await holds('ghostgate_state_cause', (cause) => cause === 'USER_BUSY');
    await holds('ghostgate_state_closed', counts);
    await holds('ghostgate_state_alive', counts);
  };
  await told();

  const quiet = { out: () => undefined, err: () => undefined, colour: false };
  const asked = ['203.0.113.9', '--for', '1d', '--because', 'test', '--socket', scene.socket];
  assert.equal(await ban(asked, quiet), 0);
  await holds('ghostgate_ban_203.0.113.9', counts);

  const ghost = recorded('ghost-invite-external', 'CHANNEL_CREATE');
  esl.emit(ghost);
  const { line } = await esl.seen('api uuid_kill');
  assert.equal(line, `api uuid_kill ${ghost['Unique-ID']} USER_BUSY`);

  const lost = scene.lines.length;
  await esl.restart();
  esl.hash.clear();
  await told();
  assert.ok(scene.lines.slice(lost).some((each) => each['event'] === 'link'));
});

function counts(until: string): boolean {
  return Number(until) > Date.now() / 1000;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
