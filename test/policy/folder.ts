import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fromRoot } from '../root.ts';

export const ENV = {
  AMI_SECRET: 'from the environment',
  CHANNEL_TOKEN: 'tic-tac-toe',
  ESL_PASSWORD: 'ClueCon',
  OPS_SECRET: 'from the environment',
  PAGE_TOKEN: 'token-of-the-environment',
};

/** Of a key made for these tests. */
export const FLEET_SEED = 'SUAJNG2VJWHALXO7LIBDY4LKXWQT3KCUD5GEANGN3HJJIDNQA55ENU5MLI';

type Part = 'good' | 'bad' | 'bases';

/**
 * A folder with parts of test/policies, whose `/etc/ghostgate` is a folder beside them with
 * secrets in it and the rights that a checkout cannot keep. `told` turns its paths back into what
 * the fixtures say.
 */
export function policyFolder(t: Pick<TestContext, 'after'>, ...parts: Part[]) {
  const folder = mkdtempSync(join(tmpdir(), 'gg-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const secrets = join(folder, 'etc');
  mkdirSync(secrets);
  const put = (name: string, text: string, mode = 0o600): void => {
    writeFileSync(join(secrets, name), text);
    chmodSync(join(secrets, name), mode);
  };
  put('ami.secret', 'from the file\n');
  put('esl.password', 'from the file\n');
  put('crowdsec.password', 'from the file\n');
  put('channel.token', 'noughts');
  put('ops.url', 'https://hooks.example.com/from-the-file\n');
  put('ops.secret', 'from the file\n');
  put('smtp.password', 'from the file\n');
  put('clear.url', 'http://hooks.example.com/x\n');
  put('page.password', 'from the file\n');
  put('page.token', 'token-from-a-file');
  put('short.password', 'letmein');
  put('half.password', 'scrypt:32768:8:1:AAAA');
  put('fleet.key', `${FLEET_SEED}\n`);
  put('empty.secret', '\n');
  put('two-lines.secret', 'one\ntwo\n');
  put('open.secret', 'for all to read', 0o644);

  for (const part of parts) {
    mkdirSync(join(folder, part));
    for (const name of policiesIn(part)) {
      // Byte by byte: not every fixture is UTF-8.
      const text = readFileSync(fromRoot('test/policies', part, name), 'latin1');
      const placed = text.replaceAll('/etc/ghostgate', secrets);
      writeFileSync(join(folder, part, name), placed, 'latin1');
    }
  }
  const told = (text: string): string =>
    text.replaceAll(secrets, '/etc/ghostgate').replaceAll(`${folder}/`, '');
  return { folder, secrets, told };
}

export function policiesIn(part: Part): string[] {
  return readdirSync(fromRoot('test/policies', part)).filter((name) => name.endsWith('.yaml'));
}
