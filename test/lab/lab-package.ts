import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeNet } from './net.ts';
import { initOnAsterisk } from './package-init.ts';
import { serviceOnDebian } from './package-service.ts';
import type { Report } from './report.ts';
import { inLab, workplace } from './workplace.ts';
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
const place = workplace('lab-package', values.undo);
const { folder, undo } = place;
process.exitCode = await inLab(place, values.keep, (told) =>
  main(told, values.deb ?? '', values.later ?? ''),
);

async function main(told: Report, deb: string, later: string): Promise<void> {
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
}

function wanted(name: string): boolean {
  return name.includes(values.only ?? '');
}

function own(name: string): string {
  mkdirSync(join(folder, name));
  return join(folder, name);
}
