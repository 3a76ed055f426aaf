// 100,000 bans that were in force before a reboot: time from the start of the daemon until the
// kernel holds them all again.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBuild } from '../../test/lab/daemon.ts';
import { eventually, must, run, start } from '../../test/lab/process.ts';
import { inBench, workplace } from '../../test/lab/workplace.ts';
import { openStore } from '../../src/store/sqlite.ts';

const BANS = 100_000;

const place = workplace('bench');
const { folder, undo } = place;
const POLICY = `site: bench
mode: enforce
pbxs:
  - name: bench
    asterisk: { username: ghostgate, secret: { file: ${join(folder, 'ami.secret')} } }
enforce: [nftables]
store: { path: ${join(folder, 'store')} }
metrics: { listen: false }
`;

await inBench(place, main);

async function main(): Promise<void> {
  const netns = `gg-restore-${Math.random().toString(36).slice(2, 8)}`;
  await must('ip', ['netns', 'add', netns]);
  undo.add(`netns ${netns}`, async () => void (await run('ip', ['netns', 'del', netns])));
  await must('ip', ['-n', netns, 'link', 'set', 'lo', 'up']);
  fillStore();
  writeFileSync(join(folder, 'ami.secret'), 'none\n', { mode: 0o600 });
  const policy = join(folder, 'policy.yaml');
  writeFileSync(policy, POLICY);

  const from = performance.now();
  const log = join(folder, 'ghostgate.log');
  const env = { GHOSTGATE_SOCKET: join(folder, 'socket') };
  const args = [fromBuild('src', 'main.js'), 'run', '--policy', policy];
  start(undo, 'node', args, { netns, log, env });
  // Its log says when; asking the kernel all the time would slow it down. The kernel has the word.
  const there = await eventually(
    60_000,
    () => (readFileSync(log, 'utf8').includes('"event":"restored"') ? true : undefined),
    5,
  );
  if (there === undefined) throw new Error(`not restored within a minute: ${log}`);
  const ms = performance.now() - from;
  const { stdout } = await run('nft', ['-n', 'list', 'table', 'inet', 'ghostgate'], { netns });
  const held = stdout.match(/10\.\d+\.\d+\.\d+ timeout/g)?.length ?? 0;
  console.log(
    `restored ${held} of ${BANS} bans into nftables, daemon start included: ${Math.round(ms)} ms`,
  );
  console.log('promise: <= 2,000 ms');
}

function fillStore(): void {
  const path = join(folder, 'store');
  mkdirSync(path);
  const store = openStore(path, { now: Date.now });
  const now = Date.now();
  for (let at = 0; at < BANS; at++) {
    store.putBan({
      target: addressOf(at),
      since: now,
      until: now + 86_400_000,
      rule: 'auth-failure',
      why: '10 wrong answers to a challenge in 10 min',
      proof: 'proven',
      quarantine: false,
      by: 'judge',
      pbx: 'bench',
    });
  }
  store.close();
}

function addressOf(at: number): string {
  return `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
}
