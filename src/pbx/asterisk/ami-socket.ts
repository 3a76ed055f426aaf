import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { AsteriskPolicy } from '../../policy/policy-pbx.ts';
import { isLoopback } from '../../policy/loopback.ts';
import { openSocket } from '../open-socket.ts';
import { openThroughSsh } from '../ssh/open-through-ssh.ts';
import type { SshFault } from '../ssh/ssh-command.ts';
import { tlsHint, tlsOptions, wrongCertificate } from './ami-tls.ts';
import { AmiError } from './errors.ts';

/**
 * Opens the connection, TLS handshake included. Rejects with AmiError: `refused` when it would be
 * clear text over a network, or the other end is not who it should be, `closed` when the signal
 * gave it up, else `unreachable`.
 */
export async function connectAmi(
  policy: AsteriskPolicy,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Socket> {
  const { host, port, ssh } = policy;
  const onlyHere = policy.tls === false && !policy.allowClearTextOverNetwork;
  if (ssh !== undefined) {
    // What is beyond the machine that SSH ends at is a network again.
    if (onlyHere && !isLoopback(host)) throw clearText(host);
    const faults = { givenUp, unreachable: throughSsh };
    return await openThroughSsh({ ssh, target: { host, port }, timeoutMs, signal, faults });
  }
  const tls = policy.tls === false ? undefined : tlsOptions(policy);
  const socket = await openSocket({
    connect: () => (tls === undefined ? connectTcp({ host, port }) : connectTls(tls)),
    ready: tls === undefined ? 'connect' : 'secureConnect',
    host,
    onlyHere,
    timeoutMs,
    signal,
    faults: {
      clearText: () => clearText(host),
      givenUp,
      unreachable: (why, cause) => unreachable(policy, why, cause),
    },
  });
  const wrong = socket instanceof TLSSocket ? wrongCertificate(socket, policy) : undefined;
  if (wrong === undefined) return socket;
  socket.destroy();
  throw wrong;
}

function givenUp(): AmiError {
  return new AmiError('closed', 'given up by us');
}

function throughSsh({ why, hint, saidNo }: SshFault): AmiError {
  return new AmiError(saidNo ? 'refused' : 'unreachable', `no AMI through SSH: ${why}`, { hint });
}

function clearText(host: string): AmiError {
  return new AmiError('refused', `AMI to ${host} would cross the network in clear text`, {
    hint:
      'Use TLS (manager.conf: tlsenable=yes, tlsbindaddr, tlscertfile; policy: tls: true) or SSH ' +
      '(policy: ssh: { host: … }), or run Ghostgate beside the PBX on 127.0.0.1, or let the policy ' +
      'allow clear text in so many words.',
  });
}

function unreachable(policy: AsteriskPolicy, why: string, cause?: Error): AmiError {
  const { host, port, tls } = policy;
  const code = cause !== undefined && 'code' in cause ? String(cause.code) : undefined;
  const certificate = tls === false ? undefined : tlsHint(code, policy);
  const otherwise =
    tls === false
      ? 'manager.conf needs enabled=yes in [general], and its port and bindaddr must fit the policy.'
      : 'For tls: true manager.conf needs tlsenable=yes; its port is ordinarily 5039.';
  const details = { hint: certificate ?? otherwise };
  return new AmiError(
    // A certificate gets no better by being asked for again at once.
    certificate === undefined ? 'unreachable' : 'refused',
    `no AMI at ${host}:${port}: ${why}`,
    cause === undefined ? details : { ...details, cause },
  );
}
