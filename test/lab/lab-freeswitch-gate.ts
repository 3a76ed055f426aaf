import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gatedFreeswitch } from './gate-freeswitch.ts';
import { attackGate } from './gate-runs.ts';
import { makeNet } from './net.ts';
import { Undo } from './process.ts';
import { report } from './report.ts';

// Entered by test/lab/run-freeswitch --gate.
const { values } = parseArgs({
  options: {
    freeswitch: { type: 'string' },
    keep: { type: 'boolean' },
    only: { type: 'string' },
    undo: { type: 'string' },
  },
});
const folder = mkdtempSync(
  join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'ghostgate-lab-fs-'),
);
const undo = new Undo(values.undo ?? join(folder, 'undo'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void undo.all().then(() => process.exit(130)));
}
process.exitCode = await main(values.freeswitch ?? '/usr');

async function main(prefix: string): Promise<number> {
  const told = report();
  try {
    const net = await makeNet(undo);
    const pbx = await gatedFreeswitch(undo, net, prefix, folder);
    await attackGate({ undo, net, pbx, folder, told, only: values.only ?? '' });
    await pbx.stop();
  } catch (cause) {
    told.check('the lab itself works', false, cause instanceof Error ? cause.stack : String(cause));
  } finally {
    await undo.all();
  }
  if (told.failed() > 0 || values.keep) told.say(`logs: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  return told.end();
}
