import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fromRoot } from '../root.ts';

export const ENV = { AMI_SECRET: 'from the environment', CHANNEL_TOKEN: 'tic-tac-toe' };

/**
 * A copy of test/policies whose `/etc/ghostgate` is a folder beside it, with secrets in it and
 * the rights a checkout cannot keep. `told` turns its paths back into what the fixtures say.
 */
export function policyFolder(t: Pick<TestContext, 'after'>) {
  const folder = mkdtempSync(join(tmpdir(), 'gg-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const secrets = join(folder, 'etc');
  mkdirSync(secrets);
  const put = (name: string, text: string, mode = 0o600): void => {
    writeFileSync(join(secrets, name), text);
    chmodSync(join(secrets, name), mode);
  };
  put('ami.secret', 'from the file\n');
  put('channel.token', 'noughts');
  put('empty.secret', '\n');
  put('two-lines.secret', 'one\ntwo\n');
  put('open.secret', 'for all to read', 0o644);

  cpSync(fromRoot('test/policies'), folder, { recursive: true });
  for (const part of ['good', 'bad']) {
    for (const name of readdirSync(join(folder, part))) {
      const file = join(folder, part, name);
      // Byte by byte: not every fixture is UTF-8.
      const text = readFileSync(file, 'latin1');
      writeFileSync(file, text.replaceAll('/etc/ghostgate', secrets), 'latin1');
    }
  }
  const told = (text: string): string =>
    text.replaceAll(secrets, '/etc/ghostgate').replaceAll(`${folder}/`, '');
  return { folder, secrets, told };
}
