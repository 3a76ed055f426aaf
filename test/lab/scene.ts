import type { Asterisk } from './asterisk.ts';
import type { Daemon } from './daemon.ts';
import type { Fail2ban } from './fail2ban.ts';
import type { GoodTraffic } from './good.ts';
import { kernelHolds } from './kernel.ts';
import type { Net } from './net.ts';
import { netnsOf, PBX, PBX6 } from './net.ts';
import type { Report } from './report.ts';
import { readFileSync } from 'node:fs';
import { sip } from './sip.ts';
import type { Variant } from './variant.ts';

/** Everything that stands while one variant is attacked. */
export interface Scene {
  readonly net: Net;
  readonly variant: Variant;
  readonly told: Report;
  readonly asterisk: Asterisk;
  readonly daemon: Daemon;
  readonly fail2ban: Fail2ban;
  readonly good: GoodTraffic;
  /** The ACL include file as the machine sees it. */
  readonly aclFile: string;
}

/** Which places hold a ban of this target, as the places themselves say. */
export async function placesThatHold(scene: Scene, target: string): Promise<string[]> {
  const { net, fail2ban, aclFile } = scene;
  const places: [string, boolean][] = [
    ['nftables', await kernelHolds(net.pbx, target)],
    ['asterisk-acl', aclDenies(aclFile, target)],
    ['fail2ban', (await fail2ban.banned()).includes(target)],
  ];
  return places.filter(([, holds]) => holds).map(([name]) => name);
}

/** Some requests from a scanner's address: how many were answered. */
export async function answersTo(scene: Scene, from: string, count = 3): Promise<number> {
  const { net, variant } = scene;
  const { codes } = await sip(netnsOf(net, from), {
    method: 'OPTIONS',
    host: from.includes(':') ? PBX6 : PBX,
    port: variant.port,
    from,
    user: 'probe',
    count,
    waitMs: 250,
  });
  return codes.filter((code) => code !== 0).length;
}

/** An address may be written with the mask of a lone host. */
function aclDenies(file: string, target: string): boolean {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => /^\s*deny\s*=>?\s*(\S+)/.exec(line)?.[1])
    .some(
      (denied) =>
        denied !== undefined && denied.replace(/\/(32|128|255\.255\.255\.255)$/, '') === target,
    );
}
