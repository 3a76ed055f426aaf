// What kernel.test.ts runs in a network namespace of its own: the whole daemon, a FreeSWITCH that
// tells of a ghost call, and what the kernel holds then.
import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { startEslServer } from '../fake/esl-server.ts';
import { recorded } from '../pbx/freeswitch/link-harness.ts';
import { openScene } from './scene.ts';

const undo: (() => unknown)[] = [];
const context = { after: (step: () => unknown) => undo.push(step) } as unknown as TestContext;

const freeswitch = await startEslServer();
undo.push(() => freeswitch.stop());
const scene = await openScene(
  context,
  'mode: enforce\nenforce: [nftables]',
  `  - name: fs1\n    freeswitch: { port: ${freeswitch.port}, password: { env: TEST_SECRET } }`,
);
await scene.logged((line) => line['pbx'] === 'fs1' && line['state'] === 'up');
const ghost = recorded('ghost-invite-external', 'CHANNEL_CREATE');
freeswitch.emit({ ...ghost, 'Caller-Caller-ID-Number': '100' });
const { line } = await freeswitch.seen('api uuid_kill');
await scene.logged((one) => one['event'] === 'ban');
const set = execFileSync('nft', ['list', 'set', 'inet', 'ghostgate', 'banned4'], {
  encoding: 'utf8',
});
process.stdout.write(
  JSON.stringify({ killed: line.split(' ').at(-1), held: /198\.18\.1\.20/.test(set) }),
);
for (const step of undo.toReversed()) await step();
