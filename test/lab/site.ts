import { startAsterisk } from './asterisk.ts';
import { ghostgate } from './daemon.ts';
import { startFail2ban } from './fail2ban.ts';
import { startGoodTraffic } from './good.ts';
import { installOn, uninstalled } from './install.ts';
import { countReached } from './kernel.ts';
import type { Net } from './net.ts';
import { aclAlone } from './phase-acl.ts';
import { attack } from './phase-attacks.ts';
import { attackBare } from './phase-bare.ts';
import { doctorLooks } from './phase-doctor.ts';
import { faults, pbxRestart } from './phase-faults.ts';
import { forge } from './phase-forgeries.ts';
import { callsOf, gateStands } from './phase-gate.ts';
import { canary, honestCount, mistakes, spared } from './phase-good.ts';
import { lists } from './phase-lists.ts';
import { lockdown } from './phase-lockdown.ts';
import { pageBlock, pageTells } from './phase-page.ts';
import { notifyBlock, reportTells } from './phase-report.ts';
import { shielded } from './phase-shield.ts';
import { trunksDrift } from './phase-trunks.ts';
import { slowScan } from './phase-slow.ts';
import { must, type Undo } from './process.ts';
import { policyText } from './policy.ts';
import type { Report } from './report.ts';
import type { Variant } from './variant.ts';

export interface Site {
  readonly undo: Undo;
  readonly net: Net;
  readonly variant: Variant;
  /** Of this variant alone: logs, store, sockets. */
  readonly folder: string;
  readonly told: Report;
  /** Without Ghostgate: shows that the attacks work. */
  readonly bare: boolean;
}

/** One PBX from boot to the last assertion. */
export async function attackSite({ undo, net, variant, folder, told, bare }: Site): Promise<void> {
  const startedAt = performance.now();
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });
  await countReached(net.pbx, variant.port);
  const asterisk = await startAsterisk(undo, net.pbx, variant, folder);
  const ports = { phones: variant.port, trunk: variant.port };
  if (bare) {
    told.say(`== ${variant.name}, nothing guards it: ${asterisk.version}`);
    const good = await startGoodTraffic(undo, net, ports, folder);
    await attackBare({ net, variant, told, good });
    return await asterisk.stop();
  }
  const fail2ban = await startFail2ban(undo, net.pbx, folder, JAIL);
  const numbers = variant.guests ? await callsOf(net, variant.port, ['6001', '*97', 's']) : {};
  const installed = await installOn(asterisk, folder);
  const { aclFile, secretFile, tokenFile } = installed;
  const enforce = [
    `nftables: { sip_ports: [${variant.port}] }`,
    `asterisk-acl: { file: ${aclFile} }`,
    `fail2ban: { socket: ${fail2ban.socket} }`,
  ];
  const policy = (list: readonly string[]) =>
    `${policyText(variant, { folder, secretFile, tokenFile, enforce: list })}gate: { enabled: true }\n${pageBlock(folder)}${notifyBlock(folder)}`;
  const daemon = ghostgate(undo, net, folder, policy(enforce));
  told.say(`== ${variant.name}: ${asterisk.version}`);
  // Without the daemon: what the dialplan does alone.
  const more = { '60,01': 404 };
  if (variant.guests) await gateStands(told, asterisk, net, variant.port, numbers, more);
  await daemon.start();
  const { code, ...status } = await daemon.status();
  told.check('status: all is well', code === 0, JSON.stringify(status));
  await doctorLooks(told, asterisk, daemon);

  const good = await startGoodTraffic(undo, net, ports, folder);
  const scene = { net, variant, told, asterisk, daemon, fail2ban, good, aclFile };
  await mistakes(scene);
  await canary(scene);
  await trunksDrift(scene);
  await shielded(scene);
  await attack(scene);
  await lists(scene, folder, policy(enforce));
  await slowScan(scene, folder, policy(enforce));
  await forge(scene);
  await pageTells(scene, folder);
  await reportTells(scene, folder);
  await honestCount(scene);
  await faults(scene);
  await lockdown(scene);
  await aclAlone(scene, policy(enforce.filter((place) => place.startsWith('asterisk-acl'))));
  await good.stop();
  await spared(scene);
  await pbxRestart(scene);
  await daemon.stop();
  await uninstalled(told, asterisk, installed);
  for (const one of [fail2ban, asterisk]) await one.stop();
  told.say(`   ${Math.round((performance.now() - startedAt) / 1000)} s`);
}

/** A jail of Ghostgate's own: it reads no log, it is told whom to ban. */
const JAIL = {
  name: 'ghostgate',
  settings: `filter =
backend = polling
logpath = /dev/null
banaction = nftables[type=allports, protocol="tcp, udp"]
bantime = 30d
usedns = no`,
};
