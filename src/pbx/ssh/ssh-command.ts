import type { SshPolicy } from '../../policy/policy-reach.ts';

/**
 * The words OpenSSH is started with: a socket of ours leads to the port as the other machine sees
 * it. No file of anybody's configuration is read, nothing is asked, no shell
 * runs here, and no host is believed that the policy's file does not know.
 * @param socket path without colons
 */
export function sshArguments(
  ssh: SshPolicy,
  target: { readonly host: string; readonly port: number },
  socket: string,
): string[] {
  const options = [
    'BatchMode=yes',
    'PreferredAuthentications=publickey',
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${ssh.knownHostsFile}`,
    'GlobalKnownHostsFile=none',
    'UpdateHostKeys=no',
    'ExitOnForwardFailure=yes',
    'StreamLocalBindUnlink=yes',
    'ForwardAgent=no',
    'ConnectTimeout=10',
    // A link that died without a word is noticed by our own pings as well; this ends the process.
    'ServerAliveInterval=5',
    'ServerAliveCountMax=2',
  ];
  const there = target.host.includes(':') ? `[${target.host}]` : target.host;
  return [
    ...'-T -F none -i'.split(' '),
    ssh.identityFile,
    ...options.flatMap((option) => ['-o', option]),
    '-l',
    ssh.user,
    '-p',
    String(ssh.port),
    '-L',
    `${socket}:${there}:${target.port}`,
    // A host name cannot begin with a hyphen, and behind this nothing is an option.
    '--',
    ssh.host,
    // Only with a session do both ends of OpenSSH set TCP_NODELAY (packet.c, set_interactive):
    // with -N a call waited 57 ms for its verdict on a link without any delay of its own, so 0.7.
    // `cat` does nothing until its input ends, and that ends with us.
    'cat',
  ];
}

/** Why OpenSSH did not get there, and what to do. */
export interface SshFault {
  readonly why: string;
  readonly hint: string;
  /** The other machine's own no, or the policy's: asking again at once changes nothing. */
  readonly saidNo: boolean;
}

/** What its last words mean. @param words what OpenSSH printed, without control characters */
export function sshFault(
  words: readonly string[],
  { host, port, user, identityFile, knownHostsFile }: SshPolicy,
  target: { readonly host: string; readonly port: number },
): SshFault {
  const all = words.join('\n');
  const at = port === 22 ? host : `-p ${port} ${host}`;
  const known = `ssh-keyscan ${at} >> ${knownHostsFile}, after comparing with ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub there`;
  const there = `${target.host}:${target.port}`;
  const meanings: readonly [RegExp, string, string, boolean][] = [
    [
      /HOST IDENTIFICATION HAS CHANGED/,
      `the key of ${host} is not the one in ${knownHostsFile}`,
      `Somebody may be in between. If the machine was set up anew: ssh-keygen -R ${host} -f ${knownHostsFile}, then ${known}`,
      true,
    ],
    [
      /Host key verification failed|No .{1,20} host key is known/,
      `${knownHostsFile} holds no key of ${host}`,
      known,
      true,
    ],
    [
      /UNPROTECTED PRIVATE KEY|bad permissions/,
      `others can read the key ${identityFile}`,
      `chmod 600 ${identityFile}`,
      true,
    ],
    [
      /Permission denied|Too many authentication failures|Load key .{1,1000}:/,
      `${host} does not let ${user} in with the key ${identityFile}`,
      `Put the key's public half into ~${user}/.ssh/authorized_keys there: restrict,port-forwarding,permitopen="${there}",command="cat" ssh-ed25519 …`,
      true,
    ],
    [
      /administratively prohibited/,
      `${host} lets ${user} reach no ${there}`,
      `In ~${user}/.ssh/authorized_keys there the key needs port-forwarding,permitopen="${there}", and sshd_config AllowTcpForwarding local or yes.`,
      true,
    ],
    [
      /account is (?:currently )?not available|nologin/,
      `${user} at ${host} has no shell to run cat in`,
      `There: usermod -s /bin/sh ${user}; command="cat" before its key in authorized_keys keeps it from anything else.`,
      true,
    ],
    [
      /open failed: connect failed/,
      `nothing listens on ${there} at ${host}`,
      'The PBX is down, or its interface listens on another port or address there.',
      false,
    ],
  ];
  const found = meanings.find(([pattern]) => pattern.test(all));
  if (found !== undefined) return { why: found[1], hint: found[2], saidNo: found[3] };
  const last = words.at(-1) ?? 'it ended without a word';
  return {
    why: last,
    hint: `Try it by hand: ssh -i ${identityFile} -l ${user} ${at}`,
    saidNo: false,
  };
}
