// What lockdown-kernel.test.ts runs in a network namespace of its own and kills: the whole daemon,
// which puts lockdown in force, unconfirmed, and never gets to undo it.
import type { TestContext } from 'node:test';
import { lockdown } from '../../src/cli/lockdown.ts';
import { openScene } from './scene.ts';

const context = { after: () => undefined } as unknown as TestContext;
const scene = await openScene(context, 'mode: enforce\nenforce: [nftables]');
const words = ['on', '--confirm-within', '3s', '--socket', scene.socket];
const said: string[] = [];
const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
const code = await lockdown(words, output);
process.stdout.write(`${JSON.stringify({ code, said })}\n`);
setInterval(() => undefined, 60_000);
