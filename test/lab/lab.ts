import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freepbxSite } from './freepbx-site.ts';
import { gatedAsterisk } from './gate-asterisk.ts';
import { attackGate } from './gate-runs.ts';
import { makeNet } from './net.ts';
import { Undo } from './process.ts';
import { record } from './record.ts';
import { report } from './report.ts';
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
const folder = mkdtempSync(join(tmpdir(), 'ghostgate-lab-'));
const undo = new Undo(values.undo ?? join(folder, 'undo'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void undo.all().then(() => process.exit(130)));
}
process.exitCode = await main();

async function main(): Promise<number> {
  const told = report();
  const chosen = variants().filter(({ name }) => name.includes(values.only ?? ''));
  const freepbxs = variants()
    .filter(({ driver, guests }) => driver === 'pjsip' && guests && values.bare !== true)
    .filter(() => values.gate !== true && values.record === undefined)
    .map((variant) => ({ ...variant, name: `${variant.version}-freepbx` }))
    .filter(({ name }) => name.includes(values.only ?? ''));
  if (chosen.length + freepbxs.length === 0)
    throw new Error(`no variant is called like ${values.only}`);
  try {
    const net = await makeNet(undo);
    for (const variant of values.record === undefined ? [] : chosen.splice(0)) {
      const own = join(folder, variant.name);
      mkdirSync(own);
      await record({ undo, net, variant, folder: own, told, bare: false }, values.record ?? own);
    }
    for (const variant of values.gate === true ? [] : chosen) {
      const own = join(folder, variant.name);
      mkdirSync(own);
      await attackSite({ undo, net, variant, folder: own, told, bare: values.bare ?? false });
    }
    for (const variant of values.bare === true ? [] : gated(chosen)) {
      const own = join(folder, `gate-${variant.name}`);
      mkdirSync(own);
      const pbx = await gatedAsterisk(undo, net, variant, own);
      await attackGate({ undo, net, pbx, folder: own, told });
      await pbx.stop();
    }
    for (const variant of freepbxs) {
      const own = join(folder, variant.name);
      mkdirSync(own);
      await freepbxSite(undo, net, variant, own, told);
    }
  } catch (cause) {
    told.check('the lab itself works', false, cause instanceof Error ? cause.stack : String(cause));
  } finally {
    await undo.all();
  }
  if (told.failed() > 0 || values.keep) told.say(`logs: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  return told.end();
}

/** The gate is for those who take calls from strangers. */
function gated(chosen: readonly Variant[]): Variant[] {
  return chosen.filter(({ guests }) => guests);
}
