import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { capture } from '../../src/cli/capture.ts';
import { progress } from '../../src/cli/progress.ts';
import { replay } from '../../src/cli/replay.ts';
import type { ReplayReport } from '../../src/cli/replay-report.ts';
import { widthOf } from '../../src/cli/text.ts';
import { fromRoot } from '../root.ts';
import { MIXED } from '../replay/mixed.ts';
import { tempFolder } from '../store/temp.ts';
import { recorder } from './recorder.ts';

const POLICY = join(MIXED, 'policy.yaml');
const OFFICE = join(MIXED, 'office-nat.jsonl');
const TRUNK = join(MIXED, 'trunk-failover.jsonl');

test('who would have been shut out when and why, in 80 columns, exit 0 when nobody good is harmed', async () => {
  const guess = join(MIXED, 'password-guessing.jsonl');
  const { exit, out } = await run(TRUNK, guess, OFFICE);
  assert.equal(exit, 0);
  assert.match(out, /3 files, [\d,]+ lines, [\d,]+ events/);
  assert.match(out, /Who would have been shut out\nWHEN +TARGET +RULE +FOR +WHY\n2027-01-15 /);
  assert.match(out, /auth-failure/);
  assert.match(out, /No good call lost, no good source shut out\./);
  for (const line of out.split('\n')) assert.ok(widthOf(line) <= 80, line);
});

test('a policy that loses good calls is told from one that does not, exit 1', async (t) => {
  const worse = policyFile(t, readFileSync(POLICY, 'utf8').replace(', sip.carrier.example', ''));
  const { exit, out } = await run(TRUNK, '--against', worse);
  assert.equal(exit, 1);
  assert.match(out, /Good calls lost: 22\d/);
  assert.match(out, /would be (?:reject|ban) by stranger-call/);
  const same = await run(TRUNK, '--against', POLICY, '--strict');
  assert.equal(same.exit, 0);
  assert.match(same.out, /None: both policies come to the same verdicts\./);
  const better = await run(TRUNK, '--policy', worse, '--against', POLICY);
  assert.equal(better.exit, 0);
  assert.equal((await run(TRUNK, '--policy', worse, '--against', POLICY, '--strict')).exit, 1);
});

test('a log says what it cannot prove; --json is one document', async () => {
  const log = fromRoot('test/captures/logs/16-chansip-closed.messages');
  const { exit, out } = await run(log);
  assert.equal(exit, 0);
  assert.match(out, /A log alone cannot prove who sent anything/);
  assert.match(out, /Lines not used: /);
  const json = JSON.parse((await run(log, '--json')).out) as ReplayReport;
  assert.ok(json.tally.bans.every(({ quarantine }) => quarantine));
  assert.ok((json.notBelieved.broken ?? 0) > 0);
  assert.ok(json.cannotProve.length >= 3);
});

test('what cannot be read is exit 3, what is written wrongly exit 2', async (t) => {
  const bad = policyFile(t, 'site: x\n');
  for (const [args, exit, told] of [
    [['/no/such/file'], 3, /cannot read \/no\/such\/file: there is no such file/],
    [[tempFolder(t)], 3, /no journal in/],
    [[OFFICE, '--policy', bad], 3, /pbxs/],
    [[], 2, /name a file/],
    [[OFFICE, '--limit', 'x'], 2, /whole number/],
    [[OFFICE, '--sideways'], 2, /sideways/],
  ] as const) {
    const result = await run(...args);
    assert.equal(result.exit, exit, args.join(' '));
    assert.match(result.err, told);
  }
});

test('a capture, anonymised, replays to the same verdicts', async (t) => {
  const name = 'password-guessing.jsonl';
  const captured = recorder();
  const exit = await capture(['--anonymise', '--from', join(MIXED, name), '-p', POLICY], captured);
  assert.equal(exit, 0);
  assert.doesNotMatch(captured.written.out, /"100\.\d+\.|"lab"/);
  const file = join(tempFolder(t), name);
  writeFileSync(file, captured.written.out);
  const [one, other] = await Promise.all(
    [join(MIXED, name), file].map(
      async (path) => JSON.parse((await run(path, TRUNK, '--json')).out) as ReplayReport,
    ),
  );
  assert.deepEqual(other?.tally.verdicts, one?.tally.verdicts);
  assert.equal(other?.tally.banned, one?.tally.banned);
});

test('the bar is for terminals, and goes away', () => {
  let drawn = '';
  const write = (text: string): boolean => {
    drawn += text;
    return true;
  };
  progress('Replaying', 100, { isTTY: false, write }).at(50);
  assert.equal(drawn, '');
  const bar = progress('Replaying', 100, { isTTY: true, write });
  bar.at(50);
  assert.match(drawn, /^\rReplaying \[#{20}\.{20}\] 50 %, \d+ s left/);
  bar.end();
  assert.ok(drawn.endsWith('\r\u001b[K'));
});

async function run(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  const output = recorder();
  const policy = args.includes('--policy') ? [] : ['--policy', POLICY];
  const exit = await replay([...args, ...policy, '--offline'], output);
  return { exit, ...output.written };
}

function policyFile(t: TestContext, text: string): string {
  const file = join(tempFolder(t), 'other.yaml');
  writeFileSync(file, text);
  return file;
}
