import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asteriskConfig } from './asterisk-config.ts';
import { mountOverlay } from './overlay.ts';
import { eventually, must, run, start, type Running, type Undo } from './process.ts';
import type { Variant } from './variant.ts';

/** One running Asterisk in the namespace of the PBX. */
export interface Asterisk {
  /** Root of its file system as the machine sees it. */
  readonly root: string;
  readonly version: string;
  /** Runs a command of its console; what it prints. */
  cli(command: string): Promise<string>;
  /**
   * Kills it as a crash would and starts it again; resolves when it is fully booted, with the
   * time (ms since the epoch) at which AMI took connections again.
   */
  restart(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts Asterisk from the cached chroot, which stays untouched: an overlay takes every write.
 * @param folder of this run; logs and the overlay go there
 * @param config files of /etc/asterisk, by name
 */
export async function startAsterisk(
  undo: Undo,
  netns: string,
  variant: Variant,
  folder: string,
  config = asteriskConfig(variant),
): Promise<Asterisk> {
  const root = await mountOverlay(undo, variant.version, folder);
  const etc = join(root, 'etc/asterisk');
  for (const name of readdirSync(etc)) rmSync(join(etc, name), { recursive: true });
  for (const [name, text] of Object.entries(config)) {
    mkdirSync(dirname(join(etc, name)), { recursive: true });
    writeFileSync(join(etc, name), text);
  }

  const log = join(folder, 'asterisk.log');
  const cli = async (command: string) =>
    (await run('chroot', [root, 'asterisk', '-rx', command], { netns, timeoutMs: 5000 })).stdout;
  const boot = async () => {
    rmSync(join(root, 'var/run/asterisk/asterisk.ctl'), { force: true });
    const program = start(undo, 'chroot', [root, 'asterisk', '-f'], { netns, log });
    await booted(cli, program, log);
    return program;
  };
  let program = await boot();
  return {
    root,
    version: (await must('chroot', [root, 'asterisk', '-V'])).trim(),
    cli,
    async restart() {
      await program.stop('SIGKILL');
      const back = amiIsBack(netns);
      program = await boot();
      return await back;
    },
    stop: () => program.stop('SIGKILL'),
  };
}

/** Watches the namespace's listening sockets; spawns nothing meanwhile. */
async function amiIsBack(netns: string): Promise<number> {
  const pids = await must('ip', ['netns', 'pids', netns]);
  const table = `/proc/${pids.split('\n', 1)[0]}/net/tcp`;
  const listening = / [0-9A-F]{8}:13AE [0-9A-F:]+ 0A /;
  const up = await eventually(
    20_000,
    () => listening.test(readFileSync(table, 'utf8')) || undefined,
    10,
  );
  if (up === undefined) throw new Error('AMI did not come back');
  return Date.now();
}

async function booted(cli: Asterisk['cli'], program: Running, log: string): Promise<void> {
  const up = await eventually(20_000, async () => {
    if (!program.isRunning()) throw new Error(`Asterisk ended at once: ${log}`);
    return (await cli('core show uptime')).includes('System uptime') ? true : undefined;
  });
  if (up === undefined) throw new Error(`Asterisk did not boot within 20 s: ${log}`);
  await cli('core waitfullybooted');
}
