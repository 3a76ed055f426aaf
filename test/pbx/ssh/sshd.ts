import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { SshPolicy } from '../../../src/policy/policy-reach.ts';

/** Why no real OpenSSH server can be run here; false when one can. */
export const NO_SSHD =
  process.getuid?.() !== 0
    ? 'only root can run an sshd'
    : existsSync('/usr/sbin/sshd')
      ? false
      : 'no sshd is installed here (apt-get install openssh-server)';

export interface Sshd {
  readonly ssh: SshPolicy;
  readonly folder: string;
  /** What stands in authorized_keys before the key. */
  authorize(options: string): void;
  /** Ends it and every login. */
  kill(): void;
}

/** A real OpenSSH server on loopback, for one key, with nothing of this machine's configuration. */
export async function startSshd(t: TestContext, allow: string): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'ghostgate-sshd-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // Where it leaves the processes that face the network (sshd(8)).
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const key = (name: string): string => {
    const file = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    return file;
  };
  const port = await freePort();
  const host = key('host');
  const identityFile = key('client');
  const publicKey = readFileSync(`${identityFile}.pub`, 'utf8');
  const authorized = join(folder, 'authorized_keys');
  const authorize = (options: string): void => writeFileSync(authorized, `${options} ${publicKey}`);
  authorize(allow);
  writeFileSync(
    join(folder, 'sshd_config'),
    `ListenAddress 127.0.0.1:${port}
HostKey ${host}
AuthorizedKeysFile ${authorized}
PidFile none
PasswordAuthentication no
StrictModes no
SetEnv HOME=/nonexistent
UsePAM no
`,
  );
  const knownHostsFile = join(folder, 'known_hosts');
  writeFileSync(
    knownHostsFile,
    `[127.0.0.1]:${port} ${readFileSync(`${host}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')}\n`,
  );
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: 'ignore',
    // In a group of its own, so that its logins end with it.
    detached: true,
  });
  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null) return;
    // Each login is a child of it in a session of its own.
    const logins = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], TEXT).stdout;
    for (const pid of logins.trim().split(/\s+/)) if (pid !== '') end(Number(pid));
    end(child.pid);
  };
  t.after(kill);
  await listening(port);
  const ssh = { host: '127.0.0.1', port, user: 'root', identityFile, knownHostsFile };
  return { ssh, folder, authorize, kill };
}

const TEXT = { encoding: 'utf8' } as const;

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It is gone already.
  }
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function listening(port: number): Promise<void> {
  const { connect } = await import('node:net');
  for (let tries = 0; tries < 100; tries++) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
        .once('connect', () => resolve(true))
        .once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('sshd does not listen');
}
