import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ban } from '../../src/cli/ban.ts';
import { bans } from '../../src/cli/bans.ts';
import { explain } from '../../src/cli/explain.ts';
import type { Output } from '../../src/cli/output.ts';
import { status } from '../../src/cli/status.ts';
import { unban } from '../../src/cli/unban.ts';
import { recorder } from '../cli/recorder.ts';
import { fromRoot } from '../root.ts';
import type { Scene } from './scene.ts';
import { TRUNK, openScene } from './scene.ts';

const ENFORCE = 'mode: enforce\nenforce: [observe]';
const GHOST = 'PJSIP/anonymous-00001faf';
const SCANNER = '198.18.11.31';

test('a ghost call is judged, hung up, its source shut out, and the story can be told', async (t) => {
  const scene = await openScene(t, ENFORCE);
  playGhostCall(scene);
  const judged = await scene.logged((line) => line['verdict'] === 'ban');
  assert.equal(judged['rule'], 'junk-caller-id');
  assert.equal(judged['source'], SCANNER);
  assert.equal(judged['proof'], 'forgeable');
  const hangup = await scene.pbx.seen('Hangup', (headers) => headers.get('Channel') === GHOST);
  assert.equal(hangup.headers.get('Cause'), '21');
  await scene.logged((line) => line['event'] === 'ban' && line['target'] === SCANNER);

  const inForce = await bansOf(scene);
  assert.deepEqual(
    inForce.map(({ target, quarantine }) => ({ target, quarantine })),
    [{ target: SCANNER, quarantine: true }],
  );
  const story = (await json(explain, scene, SCANNER)) as {
    shutOut?: { rule: string };
    verdicts: { verdict: string }[];
  };
  assert.equal(story.shutOut?.rule, 'junk-caller-id');
  assert.ok(story.verdicts.some(({ verdict }) => verdict === 'ban'));
});

test('the capture of the phone that rang is counted as rung', async (t) => {
  const scene = await openScene(t, ENFORCE);
  playGhostCall(scene);
  await scene.logged((line) => String(line['msg']).startsWith('a rejected call had already'));
  const report = (await json(status, scene)) as { calls: { rangBeforeRejected: number } };
  assert.equal(report.calls.rangBeforeRejected, 1);
});

test('a call that rang and was over before the hang-up came is counted all the same', async (t) => {
  const scene = await openScene(t, ENFORCE);
  const gone = { Response: 'Error', Message: 'No such channel' };
  scene.pbx.answers.set('Hangup', () => gone);
  playGhostCall(scene);
  await scene.logged((line) => String(line['msg']).startsWith('a rejected call had already'));
  const report = (await json(status, scene)) as {
    calls: { rejected: number; rangBeforeRejected: number };
  };
  assert.deepEqual([report.calls.rejected, report.calls.rangBeforeRejected], [0, 1]);
});

test('observe judges the same and touches nothing', async (t) => {
  const scene = await openScene(t, 'mode: observe');
  playGhostCall(scene);
  const told = await scene.logged((line) => line['event'] === 'ban');
  assert.equal(told['msg'], 'would be shut out');
  const hangups = scene.pbx.actions.filter(({ headers }) => headers.get('Channel') === GHOST);
  assert.ok(hangups.every(({ headers }) => headers.get('Action') === 'Getvar'));
});

test('unban frees at once and the grace keeps the next ghost call from banning again', async (t) => {
  const scene = await openScene(t, ENFORCE);
  playGhostCall(scene);
  await scene.logged((line) => line['event'] === 'ban');
  assert.equal(await unban([SCANNER, '--socket', scene.socket], quiet()), 0);
  assert.deepEqual(await bansOf(scene), []);
  playGhostCall(scene, 'PJSIP/anonymous-0000beef');
  const judged = await scene.logged((line) => line['channel'] === 'PJSIP/anonymous-0000beef');
  assert.equal(judged['verdict'], 'reject');
  assert.deepEqual(await bansOf(scene), []);
});

test('a prefix frees all that lies in it, and what lies in a banned one is told so', async (t) => {
  const scene = await openScene(t, ENFORCE);
  const at = ['--socket', scene.socket];
  const why = ['--for', '1d', '--because', 'test'];
  for (const each of ['203.0.113.9', '203.0.113.64/28', '192.0.2.9']) {
    assert.equal(await ban([each, ...why, ...at], quiet()), 0);
  }
  assert.equal(await unban(['203.0.113.0/24', ...at], quiet()), 0);
  assert.deepEqual(
    (await bansOf(scene)).map(({ target }) => target),
    ['192.0.2.9'],
  );
  assert.equal(await ban(['198.51.100.0/24', ...why, ...at], quiet()), 0);
  const story = (await json(explain, scene, '198.51.100.4')) as { shutOut?: { why: string } };
  assert.match(story.shutOut?.why ?? '', /all of 198\.51\.100\.0\/24/);
  assert.equal(await unban(['0.0.0.0/0', ...at], quiet()), 1);
  const out = recorder();
  assert.equal(await unban(['198.51.100.4', ...at], out), 1);
  assert.match(out.written.err, /with all of 198\.51\.100\.0\/24\nTry: ghostgate unban 198\.51/);
});

test('a trunk cannot be banned by hand, a stranger can', async (t) => {
  const scene = await openScene(t, ENFORCE);
  const refused = await ban(
    [TRUNK, '--for', '1d', '--because', 'test', '--socket', scene.socket],
    quiet(),
  );
  assert.equal(refused, 1);
  const done = await ban(
    ['203.0.113.9', '--for', '1d', '--because', 'test', '--socket', scene.socket],
    quiet(),
  );
  assert.equal(done, 0);
  assert.equal((await bansOf(scene)).length, 1);
});

test('a bad policy keeps the old one, a good one takes its place', async (t) => {
  const scene = await openScene(t, ENFORCE);
  scene.writePolicy('mode: enforcee');
  scene.daemon.reload();
  await scene.logged((line) => String(line['msg']).startsWith('bad policy'));
  assert.equal(((await json(status, scene)) as { mode: string }).mode, 'enforce');
  scene.writePolicy('mode: observe');
  scene.daemon.reload();
  await scene.logged((line) => line['msg'] === 'policy loaded');
  assert.equal(((await json(status, scene)) as { mode: string }).mode, 'observe');
});

test('the captured injections ban nobody and reject no other call', async (t) => {
  const scene = await openScene(t, ENFORCE);
  for (const name of [
    '22-pjsip-inject-from-full',
    '22-pjsip-inject-to-full',
    '22-pjsip-inject-reg-full-noanon',
  ]) {
    scene.pbx.play(readFileSync(fromRoot(`test/captures/asterisk/${name}.ami.txt`)));
  }
  await scene.logged((line) => line['event'] === 'injection');
  assert.deepEqual(await bansOf(scene), []);
  assert.ok(scene.lines.every((line) => line['source'] !== TRUNK && line['source'] !== '8.8.8.8'));
});

/** The capture of a ghost call, played as if it came from SCANNER. */
function playGhostCall({ pbx }: Scene, channel = GHOST): void {
  const text = readFileSync(
    fromRoot('test/captures/asterisk/22-pjsip-ghost-from-100.ami.txt'),
    'latin1',
  );
  pbx.channels.set(
    channel,
    new Map([
      ['CHANNEL(pjsip,remote_addr)', `${SCANNER}:52180`],
      ['CHANNEL(endpoint)', 'anonymous'],
      ['PJSIP_HEADER(read,User-Agent)', 'friendly-scanner'],
    ]),
  );
  pbx.play(text.replaceAll(GHOST, channel));
}

async function bansOf(scene: Scene): Promise<{ target: string; quarantine: boolean }[]> {
  return ((await json(bans, scene)) as { bans: { target: string; quarantine: boolean }[] }).bans;
}

type Command = (args: string[], out: Output) => Promise<number>;

async function json(command: Command, scene: Scene, ...args: string[]): Promise<unknown> {
  let text = '';
  await command([...args, '--json', '--socket', scene.socket], {
    ...quiet(),
    out: (more) => {
      text += more;
    },
  });
  return JSON.parse(text);
}

function quiet(): Output {
  return { out: () => {}, err: () => {} };
}
