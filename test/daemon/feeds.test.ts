import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { explain } from '../../src/cli/explain.ts';
import { feeds } from '../../src/cli/feeds.ts';
import { recorder } from '../cli/recorder.ts';
import { addresses } from '../feed/list-server.ts';
import { makeMmdb } from '../feed/mmdb-make.ts';
import { fromRoot } from '../root.ts';
import { openScene, TRUNK } from './scene.ts';

const GHOST = '198.18.11.31';

test('a feed and GeoIP reach the judge of a running daemon, and never the trunk', async (t) => {
  const scene = await openScene(t, 'mode: enforce\nenforce: [observe]');
  const { folder, socket, pbx } = scene;
  const list = join(folder, 'list.txt');
  const country = join(folder, 'country.mmdb');
  writeFileSync(list, `198.18.11.0/24\n${TRUNK}\nnot here\n`);
  writeFileSync(country, makeMmdb([['198.18.11.0/24', { country: { iso_code: 'KP' } }]]));
  scene.writePolicy(`mode: enforce
enforce: [observe]
calls: { from_strangers: pass }
rules: { junk-caller-id: off }
feeds: [{ name: own, file: ${list}, use: deny }]
geo: { country_file: ${country}, evidence: { countries: [KP] } }`);
  scene.daemon.reload();
  const notice = await scene.logged((line) => line['event'] === 'notice');
  assert.match(String(notice['notice']), /feed own: 198\.18\.12\.1 \(trunk carrier\) left out/);

  const capture = readFileSync(
    fromRoot('test/captures/asterisk/22-pjsip-ghost-from-100.ami.txt'),
    'latin1',
  );
  for (const [channel, from] of [
    ['PJSIP/anonymous-00000001', GHOST],
    ['PJSIP/carrier-00000002', TRUNK],
  ] as const) {
    pbx.channels.set(channel, new Map([['CHANNEL(pjsip,remote_addr)', `${from}:5060`]]));
    pbx.play(capture.replaceAll('PJSIP/anonymous-00001faf', channel));
  }
  const ghost = await scene.logged((line) => line['source'] === GHOST && line['event'] === 'call');
  assert.deepEqual([ghost['verdict'], ghost['rule']], ['ban', 'feed']);
  assert.match(String(ghost['why']), /is listed in feed own.*is in country KP/);
  const good = await scene.logged((line) => line['source'] === TRUNK && line['event'] === 'call');
  assert.deepEqual([good['verdict'], good['rule']], ['pass', 'trunk']);

  const output = recorder();
  assert.equal(await explain([GHOST, '--socket', socket], output), 0);
  assert.match(output.written.out, /By GeoIP: country KP/);
  assert.equal(await feeds(['--socket', socket], output), 0);
  assert.match(output.written.out, /own: ok, 1 entry denied/);
  assert.match(output.written.out, /bad lines 1, the first: line 3/);

  // The whole way of a list that is held back, as an operator goes it.
  const say = async (...words: string[]): Promise<[number, string]> => {
    const said = recorder();
    const code = await feeds([...words, '--socket', socket], said);
    return [code, said.written.out + said.written.err];
  };
  writeFileSync(list, addresses(200));
  const [held, told] = await say('refresh', 'own');
  assert.equal(held, 1);
  assert.match(told, /own: held, 1 entry denied\n[^]*it has 200 entries, where 2 were/);
  assert.deepEqual(await say('accept', 'own'), [0, 'Feed own is in force, with 200 entries.\n']);
  const [again, refused] = await say('accept', 'own');
  assert.equal(again, 1);
  assert.match(refused, /feed own is not held back/);
  assert.equal((await say())[0], 0);
});
