import { spawnSync } from 'node:child_process';
import { cleanText } from '../../event/text.ts';
import type { Database } from './fusionpbx-config.ts';
import { InstallError } from './install-error.ts';

/**
 * Runs statements in one transaction by the psql that FusionPBX has, and gives what they print. Values
 * go in as variables, which psql quotes where a statement says :'name'; the password goes by the
 * environment, which other users cannot read. Throws InstallError, and then nothing was changed.
 * @param values printable ASCII
 */
export function psql(
  database: Database,
  statements: string,
  values: Readonly<Record<string, string>>,
): string {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/' } = process.env;
  const env = { ...FIXED, ...database.variables, PATH, HOME };
  const sets = Object.entries(values).map(([name, value]) => `--set=${name}=${value}`);
  const options = { env, input: `${LIMITS}${statements}`, ...BOUNDS } as const;
  const done = spawnSync('psql', [...ARGUMENTS, ...sets, '--file=-'], options);
  if (done.error !== undefined) {
    const late = 'code' in done.error && done.error.code === 'ETIMEDOUT';
    const hint = late
      ? 'see that the database answers, or add --without gate'
      : 'apt-get install postgresql-client, or add --without gate';
    const why = late ? 'gave no answer in time' : `cannot be run: ${done.error.message}`;
    throw new InstallError(`psql ${why}`, hint, { cause: done.error });
  }
  if (done.status === 0) return done.stdout;
  const [first = ''] = done.stderr.split('\n').filter((line) => line.trim() !== '');
  if (first.endsWith('division by zero'))
    throw new InstallError('the row was changed just now', 'run the same again');
  // With --file psql tells where in its input it is: that is of no use to anybody.
  const told = Buffer.from(first, 'latin1').toString('utf8');
  const why = told.replace(/^psql:(?: error: |<stdin>:\d+: )/, '');
  const hint = 'see that the database answers with what config.conf says, or add --without gate';
  throw new InstallError(`psql: ${cleanText(why, 400) ?? 'failed'}`, hint);
}

/** No file of the user's, no question for a password, and nothing printed but the answers. */
const ARGUMENTS = [
  '--no-psqlrc',
  '--no-password',
  '--quiet',
  '--no-align',
  '--tuples-only',
  '--single-transaction',
  '--set=ON_ERROR_STOP=1',
] as const;

const FIXED = { LC_ALL: 'C', PGCLIENTENCODING: 'UTF8', PGCONNECT_TIMEOUT: '10' } as const;

/** A row that FusionPBX holds locked must not hang the installer. */
const LIMITS = "SET LOCAL statement_timeout = '15s'; SET LOCAL lock_timeout = '5s';\n";

const BOUNDS = { encoding: 'latin1', timeout: 30_000, maxBuffer: 16 * 1024 * 1024 } as const;
