import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SshPolicy } from '../../../src/policy/policy-reach.ts';
import { withLab as withAsterisk } from '../asterisk/link-harness.ts';
import { withLab as withFreeswitch } from '../freeswitch/link-harness.ts';
import { startAmiServer } from '../../fake/ami-server.ts';
import { fromBuild } from '../../lab/daemon.ts';
import { NO_SSHD, startSshd } from './sshd.ts';

const skip = NO_SSHD;
const HARDENED = 'restrict,port-forwarding,command="cat"';

test('AMI through a real sshd: up, events, and up again after it was cut', { skip }, async (t) => {
  const sshd = await startSshd(t, HARDENED);
  await withAsterisk({ policy: { ssh: sshd.ssh } }, async (lab) => {
    await lab.until(() => lab.pbx.status().state === 'up');
    assert.equal(lab.ami.sessions.length, 5);
    assert.equal(clients(sshd.ssh), 1, 'one ssh for all sessions');
    lab.ami.drop();
    await lab.until(
      () => lab.pbx.status().counters.connections === 2 && lab.pbx.status().state === 'up',
    );
    const before = lab.states.length;
    sshd.kill();
    await lab.until(() => lab.states.length > before && lab.pbx.status().state !== 'up');
  });
  await noneLeft(sshd.ssh);
});

test('the event socket through a real sshd', { skip }, async (t) => {
  const { ssh } = await startSshd(t, HARDENED);
  await withFreeswitch({ policy: { ssh } }, async (lab) => {
    await lab.until(() => lab.pbx.status().state === 'up');
  });
  await noneLeft(ssh);
});

test('a Ghostgate that is killed leaves no ssh behind', { skip }, async (t) => {
  const { ssh } = await startSshd(t, HARDENED);
  const ami = await startAmiServer();
  t.after(() => ami.stop());
  const login = { host: '127.0.0.1', port: ami.port, username: 'ghostgate', secret: 'secret' };
  const child = spawn('node', [
    fromBuild('test', 'pbx', 'ssh', 'killed-child.js'),
    JSON.stringify({ ...login, tls: false, ssh, allowClearTextOverNetwork: false }),
  ]);
  await once(child.stdout, 'data');
  assert.equal(clients(ssh), 1);
  child.kill('SIGKILL');
  await noneLeft(ssh);
});

const REFUSALS: readonly {
  name: string;
  ssh: (ssh: SshPolicy, folder: string) => SshPolicy;
  allow?: string;
  state: string;
  says: RegExp;
}[] = [
  {
    name: 'a host that is not known',
    ssh: (ssh, folder) => {
      const knownHostsFile = join(folder, 'none');
      writeFileSync(knownHostsFile, '');
      return { ...ssh, knownHostsFile };
    },
    state: 'refused',
    says: /holds no key of 127\.0\.0\.1\. ssh-keyscan/,
  },
  {
    name: 'a host whose key changed',
    ssh: (ssh, folder) => {
      const knownHostsFile = join(folder, 'other');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'o')]);
      const other = execFileSync('cut', ['-d ', '-f1,2', join(folder, 'o.pub')]).toString();
      writeFileSync(knownHostsFile, `[127.0.0.1]:${ssh.port} ${other}`);
      return { ...ssh, knownHostsFile };
    },
    state: 'refused',
    says: /is not the one in .*ssh-keygen -R/,
  },
  {
    name: 'a key that is not let in',
    ssh: (ssh, folder) => {
      const identityFile = join(folder, 'stranger');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identityFile]);
      return { ...ssh, identityFile };
    },
    state: 'refused',
    says: /does not let root in .*permitopen="127\.0\.0\.1:\d+"/,
  },
  {
    name: 'a key that others can read',
    ssh: (ssh) => {
      chmodSync(ssh.identityFile, 0o644);
      return ssh;
    },
    state: 'refused',
    says: /others can read the key .* chmod 600/,
  },
  {
    name: 'a port the key may not reach',
    ssh: (ssh) => ssh,
    allow: 'restrict,port-forwarding,permitopen="127.0.0.1:1"',
    state: 'refused',
    says: /lets root reach no 127\.0\.0\.1:\d+/,
  },
  {
    name: 'an sshd that is not there',
    ssh: (ssh) => ({ ...ssh, port: 1 }),
    state: 'connecting',
    says: /Connection refused\. Try it by hand: ssh/,
  },
];

for (const { name, ssh, allow = HARDENED, state, says } of REFUSALS) {
  test(`${name}: said with what to do`, { skip }, async (t) => {
    const sshd = await startSshd(t, allow);
    const policy = { ssh: ssh(sshd.ssh, sshd.folder) };
    await withAsterisk({ policy }, async (lab) => {
      await lab.until(() => lab.pbx.status().problem !== undefined);
      const { problem = '' } = lab.pbx.status();
      assert.match(problem, says);
      assert.equal(lab.pbx.status().state, state);
    });
  });
}

test('a PBX that is down behind SSH: said, and tried again', { skip }, async (t) => {
  const { ssh } = await startSshd(t, HARDENED);
  await withAsterisk({ policy: { ssh, port: 1 } }, async (lab) => {
    await lab.until(() => lab.pbx.status().problem !== undefined);
    assert.match(
      lab.pbx.status().problem ?? '',
      /nothing listens on 127\.0\.0\.1:1 at 127\.0\.0\.1/,
    );
    assert.equal(lab.pbx.status().state, 'connecting');
  });
});

async function noneLeft(ssh: SshPolicy): Promise<void> {
  for (let tries = 0; clients(ssh) > 0 && tries < 50; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(clients(ssh), 0, 'no ssh is left');
}

/** OpenSSH clients that run with this key. */
function clients({ identityFile }: SshPolicy): number {
  const all = execFileSync('ps', ['-eo', 'stat=,args='], { encoding: 'utf8' });
  return all
    .split('\n')
    .filter(
      (line) => line.includes('ssh -T') && line.includes(identityFile) && !line.startsWith('Z'),
    ).length;
}
