import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Asterisk } from './asterisk.ts';
import { fromBuild } from './daemon.ts';
import { must } from './process.ts';
import type { Report } from './report.ts';

/** A PBX that `ghostgate install` has prepared, and nobody else. */
export interface Installed {
  readonly secretFile: string;
  readonly tokenFile: string;
  /** The ACL include file as the machine sees it. */
  readonly aclFile: string;
  /** Takes everything out again; what differs from before then, in words: nothing should. */
  uninstall(): Promise<string[]>;
}

/** Installs as an operator would, from the plain configuration, and lets the PBX read it. */
export async function installOn(
  asterisk: Asterisk,
  folder: string,
  kind: 'asterisk' | 'freepbx' = 'asterisk',
  more: readonly string[] = [],
): Promise<Installed> {
  const etc = join(asterisk.root, 'etc/asterisk');
  const secrets = join(folder, 'secrets');
  const state = ['--state', join(folder, 'install')];
  const main = fromBuild('src', 'main.js');
  const told = async (...args: string[]): Promise<Told> =>
    JSON.parse(await must('node', [main, ...args, ...state, '--yes', '--json']));
  const before = snapshot(etc);
  const { reload } = await told('install', kind, '--etc', etc, '--secrets', secrets, ...more);
  await reloadAll(asterisk, reload);
  const again = await told('install', kind, '--etc', etc, '--secrets', secrets, ...more);
  if (again.written === true) throw new Error('a second install changed something');
  return {
    secretFile: join(secrets, 'ami.secret'),
    tokenFile: join(secrets, 'channel.token'),
    aclFile: join(etc, 'ghostgate_acl.conf'),
    async uninstall() {
      const { installs } = await told('uninstall');
      await reloadAll(asterisk, installs?.flatMap((each) => each.reload) ?? []);
      const after = snapshot(etc);
      const names = new Set([...before.keys(), ...after.keys()]);
      return [...names].filter((name) => before.get(name) !== after.get(name));
    },
  };
}

/** Nothing of ours is left in the PBX, its memory included. */
export async function uninstalled(
  told: Report,
  asterisk: Asterisk,
  installed: Installed,
): Promise<void> {
  const different = await installed.uninstall();
  told.check('uninstall: every byte is as before', different.length === 0, different.join(' '));
  const left = await asterisk.cli('dialplan show');
  const ours = left.split('\n').filter((line) => line.includes('ghostgate'));
  told.check('uninstall: no context of ours is left', ours.length === 0, ours.join(' '));
  const kept = await asterisk.cli('database show ghostgate');
  told.check('uninstall: nothing of ours is remembered', /^0 results/m.test(kept), kept.trim());
}

interface Told {
  readonly reload: readonly (readonly string[])[];
  readonly written?: boolean;
  readonly installs?: readonly { readonly reload: readonly (readonly string[])[] }[];
}

/** The commands that install tells, in the PBX's own root. */
async function reloadAll(
  asterisk: Asterisk,
  reload: readonly (readonly string[])[] = [],
): Promise<void> {
  for (const [, , command = ''] of reload) await asterisk.cli(command);
}

/** Bytes, mode and owner of everything below a folder, by name. */
function snapshot(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mode, uid, gid } = lstatSync(path);
      const bytes = entry.isFile() ? readFileSync(path, 'latin1') : '';
      return [relative(folder, path), `${mode} ${uid} ${gid} ${bytes}`];
    }),
  );
}
