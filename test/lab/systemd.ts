import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fromRoot } from '../root.ts';
import { mountOverlay } from './overlay.ts';
import { eventually, run, start, type Output, type Undo } from './process.ts';

/** A Debian that has booted: a fresh machine with a systemd of its own. */
export interface Machine {
  /** Root of its file system as this machine sees it, without what it mounts itself. */
  readonly root: string;
  /** Runs a command in it. */
  run(...command: readonly string[]): Promise<Output>;
  /** Brings a file to it; its path there. */
  bring(file: string): string;
  stop(): Promise<void>;
}

/**
 * Boots Debian's own systemd from the cached chroot, which stays untouched.
 * @param netns its network is this namespace
 * @param suite bookworm or trixie
 */
export async function bootMachine(
  undo: Undo,
  netns: string,
  suite: string,
  folder: string,
): Promise<Machine> {
  const root = await mountOverlay(undo, `debian-${suite}`, folder);
  // It keeps services from starting in a chroot; this one boots.
  rmSync(join(root, 'usr/sbin/policy-rc.d'), { force: true });
  const cgroup = join(cgroup2(), `${basename(netns)}-${suite}`);
  mkdirSync(cgroup, { recursive: true });
  undo.add(`cgroup ${cgroup}`, () => removeCgroup(cgroup));
  // Not `ip netns exec`: that hides /sys/fs/cgroup.
  const script = fromRoot('test', 'lab', 'boot-systemd');
  const words = [`--net=/run/netns/${netns}`, 'bash', script, root, cgroup];
  const program = start(undo, 'nsenter', words, { log: join(folder, 'systemd.log') });
  const pid = await eventually(10_000, () => childOf(program.pid));
  if (pid === undefined) throw new Error('no systemd was started');
  const inside = async (...command: readonly string[]): Promise<Output> =>
    await run('nsenter', ['-t', String(pid.value), '-a', ...command], { timeoutMs: 120_000 });
  const up = await eventually(60_000, async () => {
    const { stdout } = await inside('systemctl', 'is-system-running');
    return /^(?:running|degraded)/.test(stdout) ? stdout.trim() : undefined;
  });
  if (up === undefined) throw new Error(`systemd did not boot: ${join(folder, 'systemd.log')}`);
  return {
    root,
    run: inside,
    bring(file) {
      const name = basename(file);
      copyFileSync(file, join(root, 'root', name));
      return `/root/${name}`;
    },
    stop: () => program.stop('SIGKILL'),
  };
}

/** systemd itself: the child of `unshare`, once it is no longer the shell that prepares its root. */
function childOf(pid: number): number | undefined {
  const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  if (!Number.isSafeInteger(child) || child <= 0 || !existsSync(`/proc/${child}/comm`)) {
    return undefined;
  }
  return readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'systemd' ? child : undefined;
}

function cgroup2(): string {
  const mounts = readFileSync('/proc/mounts', 'utf8');
  const place = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
  if (place === undefined) throw new Error('no cgroup2 is mounted here');
  return place;
}

/** What is left in it may take a moment to be gone. */
async function removeCgroup(cgroup: string): Promise<void> {
  const gone = await eventually(5000, async () => {
    await run('find', [cgroup, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', '+']);
    return existsSync(cgroup) ? undefined : true;
  });
  if (gone === undefined) throw new Error(`${cgroup} is busy`);
}
