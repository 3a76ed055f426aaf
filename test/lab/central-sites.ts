import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asterisk } from './asterisk.ts';
import { startAsterisk } from './asterisk.ts';
import type { CentralNet } from './central-net.ts';
import { OFFICE, SITES } from './central-net.ts';
import { fromBuild } from './daemon.ts';
import { installOn } from './install.ts';
import { must, sleep, start, type Undo } from './process.ts';
import { variants } from './variant.ts';

/** A PBX of a customer: prepared once by whoever may, with nothing of Ghostgate running on it. */
export interface RemotePbx {
  readonly asterisk: Asterisk;
  /** YAML of how it is reached, an item of `pbxs`. */
  readonly pbx: string;
}

/** The gate and AMI's user, without an ACL file that nobody there would write to. */
async function preparedAsterisk(
  undo: Undo,
  netns: string,
  version: '16' | '22',
  own: string,
): Promise<{ asterisk: Asterisk; login: string }> {
  mkdirSync(own);
  const variant = variants().find((one) => one.name === `${version}-pjsip-guests`);
  if (variant === undefined) throw new Error(`no variant of ${version}`);
  const asterisk = await startAsterisk(undo, netns, variant, own);
  const { secretFile, tokenFile } = await installOn(asterisk, own, 'asterisk', [
    '--without',
    'acl',
  ]);
  const login = `username: ghostgate, secret: { file: ${secretFile} }, channel_token: { file: ${tokenFile} }`;
  return { asterisk, login };
}

/** Asterisk 16 whose AMI speaks TLS itself, signed by an authority of the customer's own. */
export async function tlsSite(undo: Undo, net: CentralNet, own: string): Promise<RemotePbx> {
  const { asterisk, login } = await preparedAsterisk(undo, net.north, '16', own);
  const openssl = (line: string) => must('openssl', line.split(' '), { cwd: own });
  const key = 'req -new -newkey rsa:2048 -nodes';
  await openssl(`${key} -x509 -days 2 -subj /CN=north-ca -keyout ca.key -out ca.pem`);
  await openssl(`${key} -x509 -days 2 -subj /CN=other -keyout other.key -out other.pem`);
  for (const [name, days] of [
    ['ami', '2'],
    ['old', '-1'],
  ] as const) {
    await openssl(
      `${key} -subj /CN=north -addext subjectAltName=DNS:pbx.north,IP:${SITES.north} -keyout ${name}.key -out ${name}.csr`,
    );
    await openssl(
      `x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -copy_extensions copy -days ${days} -out ${name}.crt`,
    );
    writeFileSync(
      join(asterisk.root, `etc/asterisk/${name}.pem`),
      readFileSync(join(own, `${name}.crt`), 'utf8') +
        readFileSync(join(own, `${name}.key`), 'utf8'),
    );
  }
  await certificate(asterisk, 'ami');
  const tls = `tls: { ca_file: ${own}/ca.pem }`;
  return {
    asterisk,
    pbx: `  - name: north
    asterisk: { host: ${SITES.north}, port: 5039, ${login}, ${tls} }
`,
  };
}

/**
 * What stands beside what install wrote, as docs/central.md says. Its name sorts behind
 * ghostgate.conf: a section that is added to before it is there makes all of AMI's configuration
 * invalid.
 */
export async function certificate(asterisk: Asterisk, name: 'ami' | 'old'): Promise<void> {
  const text = `[general](+)
tlsenable = yes
tlsbindaddr = 0.0.0.0:5039
tlscertfile = /etc/asterisk/${name}.pem

[ghostgate](+)
permit = ${OFFICE}/255.255.255.255
`;
  // 16 comes without the folder of Debian's packages where AMI was set up by hand.
  const folder = join(asterisk.root, 'etc/asterisk/manager.d');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'office.conf'), text);
  await asterisk.cli('manager reload');
}

/** Asterisk 22 whose AMI listens on loopback alone, behind a real sshd. */
export async function sshSite(undo: Undo, net: CentralNet, own: string): Promise<RemotePbx> {
  const { asterisk, login } = await preparedAsterisk(undo, net.south, '22', own);
  const ssh = await sshd(undo, net.south, SITES.south, own, 5038);
  return { asterisk, pbx: `  - name: south\n    asterisk: { ${login} }\n    ssh: ${ssh}\n` };
}

/** A replayed FreeSWITCH behind a real sshd: its event socket has no TLS of its own. */
export async function freeswitchSite(undo: Undo, net: CentralNet, own: string): Promise<string> {
  mkdirSync(own);
  writeFileSync(join(own, 'esl.password'), 'secret', { mode: 0o600 });
  const replayer = fromBuild('test', 'lab', 'replayed-freeswitch.js');
  start(undo, 'node', [replayer], { netns: net.west, log: join(own, 'freeswitch.log') });
  const ssh = await sshd(undo, net.west, SITES.west, own, 8021);
  return `  - name: west\n    freeswitch: { password: { file: ${own}/esl.password } }\n    ssh: ${ssh}\n`;
}

/** A real sshd, with a key that may reach one port and nothing else; YAML of how to log in. */
async function sshd(
  undo: Undo,
  netns: string,
  address: string,
  own: string,
  port: number,
): Promise<string> {
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  for (const name of ['host', 'client']) {
    await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(own, name)]);
  }
  const text = (name: string): string => readFileSync(join(own, name), 'utf8');
  const options = `restrict,port-forwarding,permitopen="127.0.0.1:${port}",command="cat"`;
  writeFileSync(join(own, 'authorized_keys'), `${options} ${text('client.pub')}`);
  writeFileSync(join(own, 'known_hosts'), `${address} ${text('host.pub')}`);
  writeFileSync(
    join(own, 'sshd_config'),
    `ListenAddress ${address}
HostKey ${own}/host
AuthorizedKeysFile ${own}/authorized_keys
PidFile none
PasswordAuthentication no
StrictModes no
SetEnv HOME=/nonexistent
UsePAM no
`,
  );
  const config = join(own, 'sshd_config');
  start(undo, '/usr/sbin/sshd', ['-D', '-e', '-f', config], { netns, log: join(own, 'sshd.log') });
  await sleep(300);
  return `{ host: ${address}, user: root, identity_file: ${own}/client, known_hosts_file: ${own}/known_hosts }`;
}
