import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Secrets } from './change.ts';
import { disk } from './disk.ts';
import { InstallError } from './install-error.ts';

/** The secrets that are there, and new ones for those that are not. Throws InstallError. */
export function secretsIn(folder: string): Secrets {
  return {
    ami: kept(folder, 'ami.secret'),
    token: kept(folder, 'channel.token'),
    esl: kept(folder, 'esl.password'),
  };
}

function kept(folder: string, name: string): string {
  const path = join(folder, name);
  const text = disk.read(path)?.trim();
  if (text === undefined || text === '') return randomBytes(24).toString('hex');
  if (/^[\w.+~-]{1,200}$/.test(text)) return text;
  // It goes into files where `;` and `"` mean something.
  const hint = `write letters and digits there, or remove it: a new one is made`;
  throw new InstallError(`${path} holds a character that cannot be written safely`, hint);
}
