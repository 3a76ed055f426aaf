import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { explain } from '../../src/cli/explain.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { createCourt } from '../../src/replay/court.ts';
import { recorder } from '../cli/recorder.ts';
import { collect } from '../replay/collect.ts';
import { fromRoot } from '../root.ts';
import { until } from '../store/temp.ts';
import { openScene } from './scene.ts';

const GHOST = 'PJSIP/anonymous-00001faf';

test('the journal of a daemon replays to the verdicts it came to, and tells the story of a call', async (t) => {
  const scene = await openScene(t, 'mode: enforce\nenforce: [observe]');
  const { pbx, folder, socket, policyPath } = scene;
  pbx.channels.set(
    GHOST,
    new Map([
      ['CHANNEL(pjsip,remote_addr)', '198.18.11.31:52180'],
      ['CHANNEL(endpoint)', 'anonymous'],
      ['PJSIP_HEADER(read,User-Agent)', 'friendly-scanner'],
      ['CHANNEL(pjsip,call-id)', 'a84b4c76e66710@198.18.11.31'],
    ]),
  );
  pbx.play(captureOf('22-pjsip-ghost-from-100'));
  pbx.play(captureOf('22-pjsip-svcrack-unknown-noanon'));
  await scene.logged((line) => line['verdict'] === 'ban' && line['event'] !== 'call');
  const journal = join(folder, 'journal');
  const judged = (): Record<string, unknown>[] =>
    scene.lines.filter((line) => line['msg'] === 'judged');
  await until('all of it is written', () => eventsIn(journal) >= judged().length);

  const loaded = await loadPolicy(policyPath);
  assert.ok('policy' in loaded);
  const court = createCourt(loaded.policy);
  const [name = ''] = readdirSync(journal);
  const { records, counts } = await collect(join(journal, name));
  assert.deepEqual(counts.refused, {});
  const replayed = records.flatMap((record) => {
    const verdict = court.take(record)?.verdict;
    if (record.record !== 'event' || verdict === undefined) return [];
    const { answer, rule, why } = verdict;
    assert.deepEqual({ answer, rule, why }, record.verdict);
    return [`${answer} by ${rule}: ${why}`];
  });
  const logged = judged().map(
    (line) => `${String(line['verdict'])} by ${String(line['rule'])}: ${String(line['why'])}`,
  );
  assert.deepEqual(replayed, logged);
  assert.ok(replayed.length > 10);

  const output = recorder();
  assert.equal(await explain([GHOST, '--socket', socket], output), 0, output.written.err);
  assert.match(output.written.out, /^The call showing "100" to "6001" came from 198\.18\.11\.31/);
});

function eventsIn(folder: string): number {
  try {
    const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    return text.join('').split('"record":"event"').length - 1;
  } catch {
    return 0;
  }
}

function captureOf(name: string): Buffer {
  return readFileSync(fromRoot(`test/captures/asterisk/${name}.ami.txt`));
}
