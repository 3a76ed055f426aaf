import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { operatorRights, siteRights, userText, viewerRights } from '../fleet/rights.ts';
import { newSeed, signingKey } from '../fleet/nkey.ts';
import { SITE_NAME } from '../fleet/words.ts';
import { misused } from './args.ts';
import type { Asked } from './args.ts';
import { EXIT_NO } from './client.ts';
import { daemonUser } from './install/daemon-user.ts';
import { disk } from './install/disk.ts';
import { seedIn } from './fleet-operator.ts';
import { fail, json } from './output.ts';
import type { Output } from './output.ts';
import { wrap } from './text.ts';

/** `ghostgate fleet keys FILE [--site NAME | --viewer]`: makes a key that its owner alone can read, or shows the public half of one. */
export async function keys(words: readonly string[], asked: Asked, out: Output): Promise<number> {
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) return misused(out, 'fleet', 'say keys FILE');
  const { site } = asked.values;
  if (site !== undefined && !SITE_NAME.test(site)) {
    return misused(out, 'fleet', `--site ${JSON.stringify(site)}: the name in its policy is meant`);
  }
  const isViewer = asked.flags.has('viewer');
  if (isViewer && site !== undefined)
    return misused(out, 'fleet', 'a key is of a site or a viewer');
  const isNew = seedIn(file) === undefined;
  try {
    if (isNew) make(file, isViewer || site !== undefined);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(out, EXIT_NO, `cannot write ${file}: ${why}`, 'sudo, or another folder');
  }
  const key = signingKey(seedIn(file) ?? '');
  if (key === undefined) {
    return fail(
      out,
      EXIT_NO,
      `${file} holds something that is no key`,
      'name a file that is not there',
    );
  }
  const { publicKey } = key;
  const rights = isViewer
    ? viewerRights()
    : site === undefined
      ? operatorRights()
      : siteRights(site);
  const user = userText(publicKey, rights);
  if (asked.json) json(out, { file, isNew, publicKey, user });
  else {
    out.out(
      [
        wrap('', `${isNew ? 'A new key is' : 'The key was there already,'} in ${file}.`),
        `Its public half:\n\n  ${publicKey}\n`,
        "Its user, for authorization { users = [ … ] } of nats-server's configuration:\n",
        `${user}\n`,
        isViewer
          ? 'It may read alone. Next: ghostgate fleet page FILE; docs/fleet.md has the file.'
          : site === undefined
            ? 'Each site names it as fleet.operator in its policy.'
            : `Then, by the operator:\n  ghostgate fleet add ${site} \\\n    ${publicKey}`,
      ].join('\n'),
    );
  }
  return 0;
}

/** @param isService the service reads it, which the package runs as a user of its own */
function make(file: string, isService: boolean): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${newSeed()}\n`, { mode: 0o600, flag: 'wx' });
  const daemon = daemonUser(disk);
  if (!isService || daemon === undefined || process.getuid?.() !== 0) return;
  chownSync(file, 0, daemon.gid);
  chmodSync(file, 0o640);
}
