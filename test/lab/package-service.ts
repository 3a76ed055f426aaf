import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Net } from './net.ts';
import { eventually, must, type Undo } from './process.ts';
import type { Report } from './report.ts';
import { bootMachine, type Machine } from './systemd.ts';

export interface ServiceScene {
  readonly undo: Undo;
  readonly net: Net;
  readonly told: Report;
  readonly suite: string;
  readonly deb: string;
  readonly later: string;
  readonly folder: string;
}

const POLICY = '/etc/ghostgate/policy.yaml';
const BANNED = '203.0.113.9';
/** The most that `systemd-analyze security` may give: 10 is a service without any bounds. */
const EXPOSURE = 3;

/**
 * The package on a Debian with a systemd of its own: install, start, ban, restart, upgrade, remove,
 * install again, purge. There is no PBX: a ban by hand goes where every ban goes.
 */
export async function serviceOnDebian(scene: ServiceScene): Promise<void> {
  const { undo, net, told, suite, deb, later, folder } = scene;
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });
  const machine = await bootMachine(undo, net.pbx, suite, folder);
  const version = readFileSync(join(machine.root, 'etc/debian_version'), 'utf8').trim();
  told.say(`== the service on Debian ${version}`);
  const at = (path: string): string => join(machine.root, path);
  const good = async (what: string, ...command: string[]): Promise<string> => {
    const { code, stdout, stderr } = await machine.run(...command);
    told.check(what, code === 0, code === 0 ? undefined : `${stdout}${stderr}`.slice(-600));
    return stdout;
  };
  const active = async (): Promise<string> =>
    (await machine.run('systemctl', 'is-active', 'ghostgate')).stdout.trim();
  const isUp = async (): Promise<boolean> =>
    (await eventually(15_000, async () =>
      (await active()) === 'active' && (await banned(machine)) !== undefined ? true : undefined,
    )) !== undefined;

  await good('dpkg -i', 'dpkg', '-i', machine.bring(deb));
  told.check('without a policy it waits', (await active()) === 'inactive');
  told.check(
    'it will start with the machine',
    (await machine.run('systemctl', 'is-enabled', 'ghostgate')).stdout.trim() === 'enabled',
  );
  plainAsterisk(machine.root);
  await good(
    'init',
    'ghostgate',
    'init',
    '--yes',
    '--no-install',
    '--trunk',
    'carrier=198.18.12.1',
  );
  await good('systemctl start', 'systemctl', 'start', 'ghostgate');
  const runs = await isUp();
  told.check('it runs and answers', runs, runs ? undefined : await logOf(machine));
  await bounded(told, machine);

  const policy = readFileSync(at(POLICY), 'utf8').replace('mode: observe', 'mode: enforce');
  writeFileSync(at(POLICY), policy);
  await good('systemctl reload', 'systemctl', 'reload', 'ghostgate');
  await eventually(5000, async () => (await modeOf(machine)) === 'enforce' || undefined);
  await good('ban', 'ghostgate', 'ban', BANNED, '--for', '1d', '--because', 'lab');
  const inKernel = async (): Promise<boolean> =>
    (await eventually(5000, async () => (await kernelHolds(machine)) || undefined)) !== undefined;
  const held = await inKernel();
  told.check('the ban is in the kernel', held, held ? undefined : await logOf(machine));

  const kept = async (what: string): Promise<void> => {
    const up = await isUp();
    const list = await banned(machine);
    told.check(
      `${what}: it runs, and the ban is kept`,
      up && list?.includes(BANNED) === true,
      JSON.stringify(list),
    );
    told.check(`${what}: the ban is in the kernel`, await inKernel());
    told.check(`${what}: the policy is as it was`, readFileSync(at(POLICY), 'utf8') === policy);
  };
  await good('systemctl restart', 'systemctl', 'restart', 'ghostgate');
  await kept('restart');
  await good('upgrade', 'dpkg', '-i', machine.bring(later));
  told.check(
    'upgrade: it is the later one',
    /\+later/.test((await machine.run('ghostgate', 'version')).stdout),
  );
  await kept('upgrade');
  await documents(told, machine);

  await good('remove', 'dpkg', '--remove', 'ghostgate');
  told.check('remove: it is stopped', (await active()) !== 'active');
  told.check('remove: the ban stays in the kernel until it ends', await kernelHolds(machine));
  told.check(
    'remove: policy and bans stay',
    existsSync(at(POLICY)) && existsSync(at('/var/lib/ghostgate/ghostgate.db')),
  );
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });
  await good('install again', 'dpkg', '-i', machine.bring(deb));
  await kept('install again, the packet filter flushed');

  await good('purge', 'dpkg', '--purge', 'ghostgate');
  const left = [
    'etc/ghostgate',
    'var/lib/ghostgate',
    'usr/lib/ghostgate',
    'etc/logrotate.d/ghostgate',
  ];
  told.check(
    'purge: nothing is left',
    left.every((name) => !existsSync(at(name))),
  );
  told.check('purge: the kernel has no ban', !(await kernelHolds(machine)));
  told.check(
    'purge: the user is gone',
    (await machine.run('getent', 'passwd', 'ghostgate')).code !== 0,
  );
  await machine.stop();
}

/** What the unit leaves the daemon, as the kernel and systemd tell it. */
async function bounded(told: Report, machine: Machine): Promise<void> {
  const pid = (await machine.run('systemctl', 'show', '-P', 'MainPID', 'ghostgate')).stdout.trim();
  const status = (await machine.run('cat', `/proc/${pid}/status`)).stdout;
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  told.check('it is not root', !field('Uid').startsWith('0\t'), field('Uid'));
  told.check(
    'it may change the packet filter, and no more',
    BigInt(`0x${field('CapEff')}`) === NET_ADMIN && BigInt(`0x${field('CapBnd')}`) === NET_ADMIN,
    field('CapEff'),
  );
  const { stdout } = await machine.run(
    'systemd-analyze',
    'security',
    '--no-pager',
    'ghostgate.service',
  );
  const exposure = Number(
    /Overall exposure level for ghostgate\.service: ([\d.]+)/.exec(stdout)?.[1],
  );
  told.check(
    `systemd-analyze security: at most ${EXPOSURE}`,
    exposure <= EXPOSURE,
    String(exposure),
  );
}

/** CAP_NET_ADMIN is the 12th (capabilities(7)). */
const NET_ADMIN = 1n << 12n;

async function documents(told: Report, machine: Machine): Promise<void> {
  const man = await machine.run(
    'env',
    'LC_ALL=C.UTF-8',
    'MANWIDTH=80',
    'man',
    '--warnings',
    'ghostgate',
  );
  told.check(
    'man ghostgate, without a warning',
    man.code === 0 && man.stderr === '' && /init/.test(man.stdout),
    man.stderr.slice(0, 300) || undefined,
  );
  const rotate = await machine.run('logrotate', '-d', '/etc/logrotate.d/ghostgate');
  told.check(
    'logrotate takes its file',
    rotate.code === 0 && !/error/i.test(rotate.stderr),
    rotate.code === 0 ? undefined : rotate.stderr.slice(-300),
  );
  const complete =
    '. /usr/share/bash-completion/completions/ghostgate; COMP_WORDS=(ghostgate lockd); COMP_CWORD=1; _ghostgate; echo "${COMPREPLY[@]}"';
  told.check(
    'bash completes it',
    (await machine.run('bash', '-c', complete)).stdout.trim() === 'lockdown',
  );
}

/** Asked of its own nft: an older one does not understand every set that a newer one made. */
async function kernelHolds(machine: Machine): Promise<boolean> {
  const asked = ['get', 'element', 'inet', 'ghostgate', 'banned4', `{ ${BANNED} }`];
  return (await machine.run('nft', ...asked)).code === 0;
}

async function banned(machine: Machine): Promise<string[] | undefined> {
  const { stdout } = await machine.run('ghostgate', 'bans', '--json');
  if (!stdout.startsWith('{')) return undefined;
  const { bans }: { bans: { target: string }[] } = JSON.parse(stdout);
  return bans.map(({ target }) => target);
}

async function modeOf(machine: Machine): Promise<string | undefined> {
  const { stdout } = await machine.run('ghostgate', 'status', '--json');
  if (!stdout.startsWith('{')) return undefined;
  const { mode }: { mode: string } = JSON.parse(stdout);
  return mode;
}

async function logOf(machine: Machine): Promise<string> {
  const { stdout } = await machine.run(
    'journalctl',
    '-u',
    'ghostgate',
    '-n',
    '15',
    '--no-pager',
    '-o',
    'cat',
  );
  return stdout.slice(-1500);
}

/** Enough of a configuration for `init` to know an Asterisk by. */
function plainAsterisk(root: string): void {
  mkdirSync(join(root, 'etc/asterisk'), { recursive: true });
  for (const [name, text] of Object.entries({
    'asterisk.conf': '[options]\n',
    'manager.conf': '[general]\nenabled = yes\nbindaddr = 127.0.0.1\n',
    'extensions.conf': '[public]\nexten => _X.,1,Hangup()\n',
    'pjsip.conf': '[udp]\ntype = transport\nbind = 0.0.0.0:5060\n',
  }))
    writeFileSync(join(root, 'etc/asterisk', name), text);
}
