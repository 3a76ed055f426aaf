import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeNet } from './net.ts';
import { initOnAsterisk } from './package-init.ts';
import { serviceOnDebian } from './package-service.ts';
import { Undo } from './process.ts';
import { report } from './report.ts';
import { variants } from './variant.ts';

// Entered by test/lab/run-package: fresh machines, and the .deb.
const { values } = parseArgs({
  options: {
    deb: { type: 'string' },
    later: { type: 'string' },
    only: { type: 'string' },
    keep: { type: 'boolean' },
    undo: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'ghostgate-lab-package-'));
const undo = new Undo(values.undo ?? join(folder, 'undo'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void undo.all().then(() => process.exit(130)));
}
process.exitCode = await main(values.deb ?? '', values.later ?? '');

async function main(deb: string, later: string): Promise<number> {
  const told = report();
  const wanted = (name: string): boolean => name.includes(values.only ?? '');
  const own = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  try {
    const net = await makeNet(undo);
    for (const variant of variants().filter(({ driver, guests }) => driver === 'pjsip' && guests)) {
      for (const kind of ['asterisk', 'freepbx'] as const) {
        const name = `${variant.version}-${kind}`;
        if (!wanted(name)) continue;
        await initOnAsterisk({ undo, net, told, variant, kind, deb, folder: own(name) });
      }
    }
    for (const suite of ['bookworm', 'trixie'].filter(wanted)) {
      await serviceOnDebian({ undo, net, told, suite, deb, later, folder: own(suite) });
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
