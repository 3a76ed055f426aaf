import { parseArgs } from 'node:util';
import { gatedFreeswitch } from './gate-freeswitch.ts';
import { attackGate } from './gate-runs.ts';
import { makeNet } from './net.ts';
import type { Report } from './report.ts';
import { inLab, workplace } from './workplace.ts';

// Entered by test/lab/run-freeswitch --gate.
const { values } = parseArgs({
  options: {
    freeswitch: { type: 'string' },
    keep: { type: 'boolean' },
    only: { type: 'string' },
    undo: { type: 'string' },
  },
});
const place = workplace('lab-fs', values.undo, true);
const { folder, undo } = place;
process.exitCode = await inLab(place, values.keep, (told) =>
  main(told, values.freeswitch ?? '/usr'),
);

async function main(told: Report, prefix: string): Promise<void> {
  const net = await makeNet(undo);
  const pbx = await gatedFreeswitch(undo, net, prefix, folder);
  await attackGate({ undo, net, pbx, folder, told, only: values.only ?? '' });
  await pbx.stop();
}
