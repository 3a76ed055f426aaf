import { FREEPBX } from '../cli/install/freepbx.ts';
import { startAsterisk } from './asterisk.ts';
import { asteriskConfig } from './asterisk-config.ts';
import { installOn, uninstalled } from './install.ts';
import type { Net } from './net.ts';
import { callsOf, gateStands } from './phase-gate.ts';
import { must, type Undo } from './process.ts';
import type { Report } from './report.ts';
import type { Variant } from './variant.ts';

/** A made-up FreePBX: its joints on a real Asterisk, prepared by `ghostgate install freepbx`. */
export async function freepbxSite(
  undo: Undo,
  net: Net,
  variant: Variant,
  folder: string,
  told: Report,
): Promise<void> {
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });
  const config = { ...asteriskConfig(variant), ...FREEPBX };
  const asterisk = await startAsterisk(undo, net.pbx, variant, folder, config);
  told.say(`== ${variant.version}-freepbx: ${asterisk.version}`);
  // `s` is where FreePBX sends everything else; without a phone, a call ends there at once.
  const before = await callsOf(net, variant.port, ['6001', 's', '00972595301234']);
  const installed = await installOn(asterisk, folder, 'freepbx');
  const user = await asterisk.cli('manager show user ghostgate');
  told.check('AMI: the user is there', /write perm: system,call,reporting/.test(user));
  const globals = await asterisk.cli('dialplan show globals');
  told.check('mark: it is a global variable', globals.includes('GHOSTGATE_TOKEN'));
  const acl = await asterisk.cli('acl show ghostgate');
  told.check('ACL: it is there', acl.includes('allow'));
  const step = await asterisk.cli('dialplan show s@from-sip-external');
  told.check('gate: it is the first step of s', /1\. Gosub\(ghostgate-freepbx,s,1\)/.test(step));
  await gateStands(told, asterisk, net, variant.port, before);
  await uninstalled(told, asterisk, installed);
  const after = await callsOf(net, variant.port, Object.keys(before));
  told.check(
    'uninstall: every number is answered as before',
    JSON.stringify(after) === JSON.stringify(before),
    JSON.stringify(after),
  );
  await asterisk.stop();
}
