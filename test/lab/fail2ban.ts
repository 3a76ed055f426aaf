import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, run, start, type Undo } from './process.ts';

/** A real fail2ban server of the lab's own, in the namespace of the PBX. */
export interface Fail2ban {
  readonly socket: string;
  readonly jail: string;
  /** Addresses the jail says it has banned. */
  banned(): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * Debian's own filters and actions with one jail in place of its defaults.
 * @param jail its section of jail.local, without the name
 */
export async function startFail2ban(
  undo: Undo,
  netns: string,
  folder: string,
  jail: { name: string; settings: string },
): Promise<Fail2ban> {
  const config = join(folder, 'fail2ban');
  cpSync('/etc/fail2ban', config, { recursive: true });
  for (const file of readdirSync(join(config, 'jail.d'))) rmSync(join(config, 'jail.d', file));
  writeFileSync(join(config, 'jail.local'), `[${jail.name}]\nenabled = true\n${jail.settings}\n`);
  const socket = join(folder, 'fail2ban.sock');
  const paths = ['-c', config, '-s', socket, '-p', join(folder, 'fail2ban.pid')];
  writeFileSync(
    join(config, 'fail2ban.local'),
    `[DEFAULT]\nlogtarget = ${join(folder, 'fail2ban.log')}\ndbfile = ${join(folder, 'f2b.db')}\n`,
  );
  const log = join(folder, 'fail2ban-server.out');
  const server = start(undo, 'fail2ban-server', [...paths, '-f', 'start'], { netns, log });
  const ask = (...args: string[]) => run('fail2ban-client', [...paths, ...args], { netns });
  const up = await eventually(10_000, async () =>
    (await ask('status', jail.name)).code === 0 ? true : undefined,
  );
  if (up === undefined) throw new Error(`fail2ban did not start: ${log}.err`);
  return {
    socket,
    jail: jail.name,
    stop: () => server.stop(),
    async banned() {
      const { stdout } = await ask('get', jail.name, 'banip');
      return stdout.split(/\s+/).filter((word) => word !== '');
    },
  };
}
