// What lockdown-kernel.test.ts runs in a network namespace of its own: the whole daemon under
// policies that change, and what the kernel holds of a confirmed lockdown then.
import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { lockdown } from '../../src/cli/lockdown.ts';
import { eventually } from '../enforce/contract.ts';
import { openScene } from './scene.ts';

const undo: (() => unknown)[] = [];
const context = { after: (step: () => unknown) => undo.push(step) } as unknown as TestContext;
const scene = await openScene(context, 'mode: enforce\nenforce: [nftables]');
const quiet = { out: () => undefined, err: () => undefined };
for (const act of ['on', 'confirm']) await lockdown([act, '--socket', scene.socket], quiet);

const closed = (table: string): boolean => {
  const words = ['list', 'chain', 'inet', table, 'closed'];
  const text = execFileSync('nft', words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text.includes('drop');
};
const load = async (policy: string, holds: () => boolean): Promise<boolean> => {
  scene.writePolicy(policy);
  scene.daemon.reload();
  await eventually(holds);
  return true;
};
const OTHER = 'mode: enforce\nenforce: [{ nftables: { table: other } }]';
const renamed = await load(OTHER, () => tables().includes('other') && closed('other'));
const before = closed('ghostgate');
const observed = await load('mode: observe\nenforce: [nftables]', () => !closed('other'));
process.stdout.write(JSON.stringify({ renamed, before, observed }));
for (const step of undo.toReversed()) await step();

function tables(): string {
  return execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' });
}
