import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../root.ts';
import { passwordOf } from './asterisk-config.ts';
import type { CentralNet } from './central-net.ts';
import { PHONES_OF, SITES } from './central-net.ts';
import { DIALLED_BY_TRUNK, tally } from './good.ts';
import { eventually, run, start, type Undo } from './process.ts';
import { TRUNK } from './net.ts';

type Site = keyof typeof PHONES_OF;

/** The front desk of one site: registered, answers, and writes down who rang. */
export async function frontDesk(undo: Undo, net: CentralNet, site: Site, folder: string) {
  const at = PHONES_OF[site];
  const sipp = (name: string, args: readonly string[]) =>
    start(undo, 'sipp', [...args, '-i', at, '-nostdin', '-sf', scenario(name)], {
      netns: net.phones,
      cwd: folder,
      log: join(folder, `${name}.log`),
    });
  const rang = join(folder, 'rang.log');
  sipp('phone-answer', ['-p', '5070', '-trace_logs', '-log_file', rang]);
  const users = join(folder, 'users.csv');
  const login = `[authentication username=6001 password=${passwordOf('6001')}]`;
  writeFileSync(users, `SEQUENTIAL\n6001;${login}\n`);
  const stat = join(folder, 'register.stat');
  const often = ['-inf', users, '-r', '1', '-rp', '5000'];
  const told = ['-trace_stat', '-fd', '1', '-stf', stat];
  sipp('phone-register', [`${SITES[site]}:5060`, '-p', '5071', ...often, ...told]);
  const seen = await eventually(10_000, () => (tally(stat).good > 0 ? true : undefined));
  if (seen === undefined) throw new Error(`the phone of ${site} could not register: ${folder}`);
  return {
    /** Those who rang and are not the carrier's customers; none may. */
    ghosts: () =>
      linesOf(rang).filter((line) => line.includes('RANG') && !line.includes('sip:+42022200')),
  };
}

let port = 5100;

/** Calls as the carrier makes them, from an address; how many were answered. */
export async function goodCalls(
  net: CentralNet,
  site: Site,
  calls: number,
  { netns = net.trunk, from = TRUNK, rate = 5 } = {},
): Promise<number> {
  const stat = `/tmp/ghostgate-central-${process.pid}-${port}.stat`;
  const args = `${SITES[site]}:5060 -i ${from} -p ${port++} -s ${DIALLED_BY_TRUNK} -m ${calls} -r ${rate}
-nostdin -timeout 20 -sf ${scenario('trunk-call')} -trace_stat -fd 1 -stf ${stat}`;
  await run('sipp', args.split(/\s+/), { netns, cwd: '/tmp', timeoutMs: 25_000 });
  const { good } = tally(stat);
  await run('rm', ['-f', stat]);
  return good;
}

/** Ghost calls; how many were refused with 403. */
export async function ghostCalls(
  net: CentralNet,
  site: Site,
  from: string,
  calls: number,
): Promise<number> {
  const stat = `/tmp/ghostgate-central-${process.pid}-${port}.stat`;
  const args = `${SITES[site]}:5060 -i ${from} -p ${port++} -s 6001 -key fu 100 -key ua friendly-scanner
-m ${calls} -r 10 -nostdin -timeout 15 -sf ${scenario('ghost')} -trace_stat -fd 1 -stf ${stat}`;
  await run('sipp', args.split(/\s+/), { netns: net.scanner, cwd: '/tmp', timeoutMs: 20_000 });
  const { good } = tally(stat);
  await run('rm', ['-f', stat]);
  return good;
}

function scenario(name: string): string {
  return fromRoot('test', 'lab', 'sipp', `${name}.xml`);
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}
