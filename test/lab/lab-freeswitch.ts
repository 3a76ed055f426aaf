import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ghostgate } from './daemon.ts';
import { followReadme, freeswitchPolicy, startFreeswitch } from './freeswitch.ts';
import { makeNet } from './net.ts';
import { attackFreeswitch } from './phase-freeswitch-attacks.ts';
import { freeswitchFaults } from './phase-freeswitch-faults.ts';
import { honestFreeswitch } from './phase-freeswitch-good.ts';
import { must } from './process.ts';
import { recordFreeswitch } from './record.ts';
import type { Report } from './report.ts';
import { inLab, workplace } from './workplace.ts';

// Entered by test/lab/run-freeswitch.
const { values } = parseArgs({
  options: {
    freeswitch: { type: 'string' },
    keep: { type: 'boolean' },
    record: { type: 'string' },
    undo: { type: 'string' },
  },
});
const place = workplace('lab-fs', values.undo);
const { folder, undo } = place;
process.exitCode = await inLab(place, values.keep, (told) =>
  main(told, values.freeswitch ?? '/usr'),
);

async function main(told: Report, prefix: string): Promise<void> {
  const net = await makeNet(undo);
  const freeswitch = await startFreeswitch(undo, net, prefix, folder);
  told.say(`== ${freeswitch.version}`);
  const password = randomBytes(24).toString('hex');
  await followReadme(freeswitch, password);
  told.check(
    'README: the list is read and denies nobody but its mark',
    (await freeswitch.cli('acl 192.0.2.1 ghostgate')) === 'true' &&
      (await freeswitch.cli('acl 0.0.0.2 ghostgate')) === 'false',
  );

  const passwordFile = join(folder, 'esl.password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const aclFile = join(freeswitch.conf, 'ghostgate.acl.xml');
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });
  const enforcing = freeswitchPolicy(folder, passwordFile, aclFile);
  const policy =
    values.record === undefined ? enforcing : enforcing.replace('mode: enforce', 'mode: observe');
  const daemon = ghostgate(undo, net, folder, policy);
  await daemon.start();
  const { code, ...status } = await daemon.status();
  told.check('status: all is well', code === 0, code === 0 ? undefined : JSON.stringify(status));

  const scene = { undo, net, told, folder, freeswitch, daemon, password };
  if (values.record === undefined) {
    await honestFreeswitch(scene);
    await attackFreeswitch(scene);
    await freeswitchFaults(scene);
  } else await recordFreeswitch(scene, values.record);
  for (const one of [daemon, freeswitch]) await one.stop();
}
