import { dirname, resolve } from 'node:path';
import { hasControl } from '../event/text.ts';
import { field, itemsOf } from './data.ts';
import type { Located } from './located.ts';
import { placeOf } from './located.ts';
import type { Finding, Mistake, Path } from './problem.ts';
import { pathText, show } from './problem.ts';
import { readSmallFile } from './read-file.ts';
import { urlMistake } from './schema-notify.ts';
import { pageSecretMistake } from './schema-page.ts';
import { VARIABLE } from './schema-pbx.ts';

/** The secrets of a policy, by the path of the key that names their place. */
export interface Secrets {
  readonly values: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
  /** Files that hold them. */
  readonly files: readonly string[];
}

/** Reads every secret that the policy names the place of. No message ever holds one. */
export async function readSecrets(
  data: unknown,
  tree: Located,
  env: NodeJS.ProcessEnv,
): Promise<Secrets> {
  const values = new Map<string, string>();
  const findings: Finding[] = [];
  const files: string[] = [];
  const take = (path: Path, found: { secret: string } | Mistake): void => {
    const mistake = 'message' in found ? found : mistakeOf(found.secret, path);
    if (mistake !== undefined) findings.push({ path, ...mistake });
    else if ('secret' in found) values.set(pathText(path.slice(0, -1)), found.secret);
  };

  for (const path of placesIn(data)) {
    const place = path.reduce<unknown>(
      (value, step) => (typeof step === 'number' ? itemsOf(value)[step] : field(value, step)),
      data,
    );
    const file = field(place, 'file');
    const variable = field(place, 'env');
    if (typeof file === 'string' && file.trim() !== '' && !hasControl(file)) {
      const here = [...path, 'file'];
      const full = resolve(dirname(placeOf(tree, here).file), file);
      files.push(full);
      take(here, await fromFile(full));
    }
    if (typeof variable === 'string' && VARIABLE.test(variable)) {
      take([...path, 'env'], fromEnvironment(variable, env));
    }
  }
  return { values, findings, files };
}

async function fromFile(file: string): Promise<{ secret: string } | Mistake> {
  const read = await readSmallFile(file, MOST_BYTES);
  if ('mistake' in read) {
    return { message: `${show(file)} ${read.mistake}`, hint: 'put the secret alone into it' };
  }
  if ((read.mode & 0o007) !== 0) {
    const message = `everyone on this machine can reach the secret in ${show(file)}`;
    return { message, hint: `chmod 600 ${file}` };
  }
  // Editors and echo end the line; the secret is what stands before.
  return { secret: read.bytes.toString('utf8').replace(/\r?\n$/, '') };
}

function fromEnvironment(variable: string, env: NodeJS.ProcessEnv): { secret: string } | Mistake {
  const secret = env[variable];
  if (secret !== undefined) return { secret };
  const message = `the environment variable ${show(variable)} is not set`;
  return { message, hint: 'set it for the service, or name a file' };
}

/** Where the policy may name the place of a secret, whether it does or not. */
function placesIn(data: unknown): Path[] {
  const listed = LISTS.flatMap(({ list, keys }): Path[] => {
    const entries = itemsOf(list.reduce(field, data));
    return [...entries.keys()].flatMap((at) => keys.map((key) => [...list, at, ...key]));
  });
  return [...listed, ['fleet', 'credentials']];
}

/** A line end in a secret would end the AMI header or event socket command it is sent in. */
function mistakeOf(secret: string, path: Path): Mistake | undefined {
  const [room, list] = path;
  if (secret === '') return { message: 'the secret is empty' };
  if (secret.length > MOST_CHARS)
    return { message: `the secret is longer than ${MOST_CHARS} characters` };
  if (!hasControl(secret)) {
    if (room === 'notify' && path.at(-2) === 'url') return urlMistake(secret);
    if (room === 'fleet') return seedMistake(secret);
    return room === 'page' ? pageSecretMistake(secret, list === 'tokens') : undefined;
  }
  return { message: 'the secret holds a control character', hint: 'put it on one line, alone' };
}

/** As nats-server's `nk -gen user` writes it. */
function seedMistake(secret: string): Mistake | undefined {
  if (/^SU[A-Z2-7]{56}$/.test(secret)) return undefined;
  const hint = 'ghostgate fleet keys FILE makes one; the seed begins with SU';
  return { message: 'the secret is no key of a site', hint };
}

const LISTS = [
  {
    list: ['pbxs'],
    keys: [
      ['asterisk', 'secret'],
      ['asterisk', 'channel_token'],
      ['freeswitch', 'password'],
    ],
  },
  { list: ['enforce'], keys: [['crowdsec', 'password']] },
  { list: ['page', 'users'], keys: [['password']] },
  { list: ['page', 'tokens'], keys: [['token']] },
  {
    list: ['notify'],
    keys: [
      ['webhook', 'url'],
      ['webhook', 'secret'],
      ['email', 'smtp', 'password'],
    ],
  },
];
const MOST_BYTES = 4096;
const MOST_CHARS = 512;
