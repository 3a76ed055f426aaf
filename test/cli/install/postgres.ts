import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A PostgreSQL of this test alone, on a socket in a folder of its own. */
export interface Postgres {
  readonly socket: string;
  readonly password: string;
  /** What a statement prints. Throws what psql says. */
  readonly sql: (statement: string) => string;
}

/** Starts one, or tells why there is none here. */
export function startPostgres(t: TestContext): Postgres | string {
  const bin = newestBin();
  if (bin === undefined) return 'no PostgreSQL is installed: apt-get install postgresql';
  // Its server refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const ids = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  const socket = mkdtempSync(join(tmpdir(), 'gg-pg-'));
  const password = 'p w-ÿ$(x)`x`\\';
  const secret = join(socket, 'secret');
  writeFileSync(secret, `${password}\n`, { mode: 0o600 });
  for (const path of isRoot ? [socket, secret] : []) chownSync(path, idOf('-u'), idOf('-g'));
  const data = join(socket, 'data');
  const run = (program: string, ...args: string[]): string | undefined => {
    const done = spawnSync(join(bin, program), args, {
      ...ids,
      cwd: socket,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 30_000,
    });
    return done.status === 0 ? undefined : `${program}: ${done.error?.message ?? done.stderr}`;
  };
  const stop = (): void => {
    run('pg_ctl', '--pgdata', data, '--mode=immediate', 'stop');
    rmSync(socket, { recursive: true, force: true });
  };
  const made = ['--pgdata', data, '--username=fusionpbx', `--pwfile=${secret}`, '--no-sync'];
  const settings = `-c listen_addresses= -c fsync=off -c unix_socket_directories=${socket}`;
  const log = join(socket, 'log');
  const wrong =
    run('initdb', ...made, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C') ??
    run('pg_ctl', '--pgdata', data, '--wait', '--log', log, '--options', settings, 'start');
  if (wrong !== undefined) {
    stop();
    throw new Error(wrong);
  }
  t.after(stop);
  const sql = (statement: string): string => {
    const env = { ...process.env, PGHOST: socket, PGUSER: 'fusionpbx', PGPASSWORD: password };
    const args = ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-f', '-'];
    const done = spawnSync('psql', args, { env, input: statement, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(done.stderr);
    return done.stdout;
  };
  return { socket, password, sql };
}

function idOf(flag: string): number {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
}

function newestBin(): string | undefined {
  const home = '/usr/lib/postgresql';
  let versions: string[];
  try {
    versions = readdirSync(home).toSorted((a, b) => Number(b) - Number(a));
  } catch {
    return undefined;
  }
  return versions
    .map((version) => join(home, version, 'bin'))
    .find((bin) => spawnSync(join(bin, 'initdb'), ['--version']).status === 0);
}
