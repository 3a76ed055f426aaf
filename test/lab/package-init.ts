import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FREEPBX } from '../cli/install/freepbx.ts';
import { startAsterisk } from './asterisk.ts';
import { asteriskConfig } from './asterisk-config.ts';
import type { LogLine, StatusLine } from './daemon.ts';
import { OFFICE, PBX, scanner, TRUNK, type Net } from './net.ts';
import { eventually, must, run, start, type Undo } from './process.ts';
import type { Report } from './report.ts';
import { sip } from './sip.ts';
import type { Variant } from './variant.ts';

export interface InitScene {
  readonly undo: Undo;
  readonly net: Net;
  readonly told: Report;
  readonly variant: Variant;
  /** `freepbx`: with the joints of one, made up, and no trunk that it could find. */
  readonly kind: 'asterisk' | 'freepbx';
  readonly deb: string;
  readonly folder: string;
}

/** Most that it may take from a machine with Asterisk to the first event observed, in ms. */
const FROM_NOTHING_MS = 60_000;

/**
 * A fresh machine with Asterisk: the package, `ghostgate init`, the daemon as the service runs it,
 * and a ghost call that it sees. Then enforce, and everything away again.
 */
export async function initOnAsterisk(scene: InitScene): Promise<void> {
  const { undo, net, told, variant, kind, deb, folder } = scene;
  await must('nft', ['flush', 'ruleset'], { netns: net.pbx });
  const plain = asteriskConfig(variant);
  const config = kind === 'freepbx' ? { ...plain, ...FREEPBX } : plain;
  const asterisk = await startAsterisk(undo, net.pbx, variant, folder, config);
  const { root } = asterisk;
  told.say(`== init on ${kind === 'freepbx' ? 'FreePBX, ' : ''}${asterisk.version}`);
  await must('mount', ['-t', 'proc', 'proc', join(root, 'proc')]);
  undo.add(
    `mount ${root}/proc`,
    async () => void (await run('umount', ['-l', join(root, 'proc')])),
  );
  // As Debian has it; the lab wrote its files as root.
  await must('chroot', [root, 'chown', '-R', 'asterisk:asterisk', '/etc/asterisk']);
  const inside = (...command: string[]) =>
    run('chroot', [root, ...command], { netns: net.pbx, timeoutMs: 60_000 });

  const from = performance.now();
  copyFileSync(deb, join(root, 'root/ghostgate.deb'));
  const unpacked = await inside('dpkg', '-i', '/root/ghostgate.deb');
  told.check('dpkg -i', unpacked.code === 0, unpacked.stderr.trim().slice(-200) || undefined);
  told.check('it says what is next', unpacked.stdout.includes('ghostgate init'));

  const trunk = kind === 'freepbx' ? ['--trunk', `carrier=${TRUNK}`] : [];
  const office = ['--network', `${OFFICE.slice(0, -2)}.0/24`, ...trunk];
  const init = await inside('ghostgate', 'init', '--yes', '--install', '--json', ...office);
  told.check(
    'init ends well',
    init.code === 0,
    init.code === 0 ? undefined : `${init.stdout}${init.stderr}`,
  );
  const { trunks, pbx, installed }: Told = JSON.parse(init.stdout);
  told.check(
    'init: it found the PBX and its trunk, and prepared the PBX',
    pbx.kind === kind && installed && trunks.some(({ sources }) => sources.includes(TRUNK)),
    JSON.stringify({ trunks, pbx, installed }),
  );
  const policy = join(root, 'etc/ghostgate/policy.yaml');
  const text = readFileSync(policy, 'utf8');
  told.check(
    'init: the policy observes, with the gate',
    /^mode: observe$/m.test(text) && /enabled: true/.test(text),
  );
  told.check('init: nobody else reads the policy', (statSync(policy).mode & 0o777) === 0o640);
  const checked = await inside('ghostgate', 'check', '/etc/ghostgate/policy.yaml');
  told.check(
    'ghostgate check: the policy is good',
    checked.code === 0,
    checked.stderr || undefined,
  );
  const again = await inside('ghostgate', 'init', '--yes', '--no-install', ...trunk);
  told.check(
    'init again: the policy is left, a new one lies beside it',
    again.code === 0 && readFileSync(policy, 'utf8') === text && existsSync(`${policy}.new`),
    again.code === 0 ? undefined : again.stderr,
  );

  const log = join(folder, 'ghostgate.log');
  const daemon = start(undo, 'chroot', [root, ...AS_SERVICE], { netns: net.pbx, log });
  const status = async (): Promise<StatusLine | undefined> => {
    const { stdout } = await inside('ghostgate', 'status', '--json');
    return stdout.startsWith('{') ? JSON.parse(stdout) : undefined;
  };
  const up = await eventually(20_000, async () =>
    (await status())?.pbxs.every(({ state }) => state === 'up') === true ? true : undefined,
  );
  told.check(
    'the daemon, not root, is linked to the PBX',
    up !== undefined,
    up === undefined ? JSON.stringify(await status()) : undefined,
  );
  const ghost = {
    method: 'INVITE',
    host: PBX,
    port: variant.port,
    from: scanner(60),
    user: '100',
    called: '00972595301234',
  } as const;
  await sip(net.scanners, { ...ghost, waitMs: 500 });
  const seen = await eventually(5000, () =>
    lines(log).find((line) => line.event === 'call' && line.source === scanner(60)),
  );
  const ms = Math.round(performance.now() - from);
  told.check(
    `from a machine with Asterisk to observing in under ${FROM_NOTHING_MS / 1000} s`,
    seen !== undefined && ms < FROM_NOTHING_MS,
    `${(ms / 1000).toFixed(1)} s, verdict ${seen?.value.verdict} by ${seen?.value.rule}`,
  );
  const acl = join(root, 'etc/asterisk/ghostgate/ghostgate_acl.conf');
  const before = readFileSync(acl, 'utf8');
  told.check('observe: nobody is shut out', !before.includes(scanner(60)));

  writeFileSync(policy, text.replace(/^mode: observe$/m, 'mode: enforce'));
  await eventually(5000, async () => ((await status())?.pbxs.length ?? 0) > 0 || undefined);
  const shut = await eventually(15_000, async () => {
    await sip(net.scanners, { ...ghost, from: scanner(61), waitMs: 300 });
    return readFileSync(acl, 'utf8').includes(scanner(61)) || undefined;
  });
  const held = await asterisk.cli('acl show ghostgate');
  told.check(
    'mode: enforce is all it takes: the daemon, not root, writes the PBX’s list and it is read',
    shut !== undefined && held.includes(scanner(61)),
    shut === undefined ? held.trim().slice(0, 300) : undefined,
  );

  await daemon.stop();
  const uninstalled = await inside('ghostgate', 'uninstall', '--yes', '--reload');
  told.check(
    'uninstall gives the PBX back',
    uninstalled.code === 0,
    uninstalled.code === 0 ? undefined : uninstalled.stderr,
  );
  told.check('uninstall: our folder is gone', !existsSync(join(root, 'etc/asterisk/ghostgate')));
  const removed = await inside('dpkg', '--remove', 'ghostgate');
  told.check(
    'remove: the policy and the memory stay',
    removed.code === 0 &&
      existsSync(policy) &&
      existsSync(join(root, 'var/lib/ghostgate/ghostgate.db')),
    removed.stderr || undefined,
  );
  const purged = await inside('dpkg', '--purge', 'ghostgate');
  told.check(
    'purge: nothing is left',
    purged.code === 0 &&
      ['etc/ghostgate', 'var/lib/ghostgate', 'usr/lib/ghostgate'].every(
        (name) => !existsSync(join(root, name)),
      ),
    purged.stderr || undefined,
  );
  await asterisk.stop();
}

interface Told {
  readonly pbx: { readonly kind: string };
  readonly trunks: readonly { readonly sources: readonly string[] }[];
  readonly installed: boolean;
}

/** What the unit says, where there is no systemd: the user, his one right, the runtime folder. */
const AS_SERVICE = [
  'sh',
  '-c',
  `mkdir -p /run/ghostgate && chown ghostgate:ghostgate /run/ghostgate && exec setpriv \
--reuid ghostgate --regid ghostgate --init-groups --inh-caps -all,+net_admin \
--ambient-caps -all,+net_admin --bounding-set -all,+net_admin --no-new-privs \
/usr/bin/ghostgate run --policy /etc/ghostgate/policy.yaml`,
];

function lines(file: string): LogLine[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line): LogLine => JSON.parse(line));
}
