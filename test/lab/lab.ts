import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freepbxSite } from './freepbx-site.ts';
import { gatedAsterisk } from './gate-asterisk.ts';
import { attackGate } from './gate-runs.ts';
import { makeNet } from './net.ts';
import { record } from './record.ts';
import type { Report } from './report.ts';
import { inLab, workplace } from './workplace.ts';
import { attackSite } from './site.ts';
import { type Variant, variants } from './variant.ts';

// Entered by test/lab/run. Every variant has its own Asterisk, its own daemon and its own folder
// of logs; they share the network and run one after another.
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    keep: { type: 'boolean' },
    bare: { type: 'boolean' },
    gate: { type: 'boolean' },
    record: { type: 'string' },
    undo: { type: 'string' },
  },
});
const place = workplace('lab', values.undo);
const { folder, undo } = place;
process.exitCode = await inLab(place, values.keep, main);

async function main(told: Report): Promise<void> {
  const chosen = variants().filter(({ name }) => name.includes(values.only ?? ''));
  const freepbxs = variants()
    .filter(({ driver, guests }) => driver === 'pjsip' && guests && values.bare !== true)
    .filter(() => values.gate !== true && values.record === undefined)
    .map((variant) => ({ ...variant, name: `${variant.version}-freepbx` }))
    .filter(({ name }) => name.includes(values.only ?? ''));
  if (chosen.length + freepbxs.length === 0)
    throw new Error(`no variant is called like ${values.only}`);
  const net = await makeNet(undo);
  for (const variant of values.record === undefined ? [] : chosen.splice(0)) {
    const own = ownFolder(variant.name);
    await record({ undo, net, variant, folder: own, told, bare: false }, values.record ?? own);
  }
  for (const variant of values.gate === true ? [] : chosen) {
    const own = ownFolder(variant.name);
    await attackSite({ undo, net, variant, folder: own, told, bare: values.bare ?? false });
  }
  for (const variant of values.bare === true ? [] : gated(chosen)) {
    const own = ownFolder(`gate-${variant.name}`);
    const pbx = await gatedAsterisk(undo, net, variant, own);
    await attackGate({ undo, net, pbx, folder: own, told });
    await pbx.stop();
  }
  for (const variant of freepbxs) {
    const own = ownFolder(variant.name);
    await freepbxSite(undo, net, variant, own, told);
  }
}

/** The gate is for those who take calls from strangers. */
function gated(chosen: readonly Variant[]): Variant[] {
  return chosen.filter(({ guests }) => guests);
}

function ownFolder(name: string): string {
  mkdirSync(join(folder, name));
  return join(folder, name);
}
