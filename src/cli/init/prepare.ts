import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '../install.ts';
import { InstallError } from '../install/install-error.ts';
import { planned } from '../install/planned.ts';
import { secretsIn } from '../install/secrets.ts';
import type { Output } from '../output.ts';
import { packageFolder } from '../version.ts';
import type { FoundPbx } from './found.ts';
import type { Asked } from './wanted.ts';
import type { OwnText } from './write.ts';

/** Runs `ghostgate install` for the PBX that was found; its exit code. */
export async function prepare(pbx: FoundPbx, asked: Asked, out: Output): Promise<number> {
  const { places, secretsFolder, state, yes, json } = asked;
  const folder = pbx.kind === 'freeswitch' ? ['--conf', pbx.folder] : ['--etc', places.etc];
  const words = ['--config', places.config, '--secrets', secretsFolder, '--state', state];
  const quiet = [...(yes ? ['--yes'] : []), ...(json ? ['--json'] : [])];
  return await install([pbx.kind, ...folder, ...words, '--reload', ...quiet], out);
}

/**
 * The secrets that a policy names, as an install would write them: with them the policy is whole
 * before the PBX is. None where the PBX's own cannot be known. Throws InstallError.
 */
export function secretsFor(pbx: FoundPbx, { places, secretsFolder, state }: Asked): OwnText[] {
  const wish = {
    folder: places.etc,
    secretsFolder,
    secrets: secretsIn(secretsFolder),
    without: [],
    gateContexts: [],
    shipped: (path: string) =>
      readFileSync(join(packageFolder() ?? '.', 'dialplan', path), 'latin1'),
  } as const;
  const more = { conf: places.conf, config: places.config, state, kind: pbx.kind } as const;
  const flags = { dryRun: true, yes: false, reload: false, json: false } as const;
  try {
    const { plan } = planned({ ...wish, ...more, ...flags }, wish, undefined);
    return plan.changes.flatMap(({ path, owner, after }) =>
      owner === 'secret' && after !== undefined ? [{ path, text: after }] : [],
    );
  } catch (error) {
    // What the install would say is for whoever runs it.
    if (error instanceof InstallError) return [];
    throw error;
  }
}
