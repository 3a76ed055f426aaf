import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { AsteriskPolicy } from '../../policy/policy.ts';
import { isLoopback } from '../loopback.ts';
import { openSocket } from '../open-socket.ts';
import { AmiError } from './errors.ts';

/**
 * Opens the connection, TLS handshake included. Rejects with AmiError: `refused` when it would be
 * clear text over a network, `closed` when the signal gave it up, else `unreachable`.
 */
export function connectAmi(
  policy: AsteriskPolicy,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Socket> {
  const { host, port, tls } = policy;
  return openSocket({
    connect: () => (tls ? connectTls(tlsOptions(host, port)) : connectTcp({ host, port })),
    ready: tls ? 'secureConnect' : 'connect',
    host,
    onlyHere: !tls && !policy.allowClearTextOverNetwork,
    timeoutMs,
    signal,
    faults: {
      clearText: () => clearText(host),
      givenUp: () => new AmiError('closed', 'given up by us'),
      unreachable: (why, cause) => unreachable(policy, why, cause),
    },
  });
}

function tlsOptions(host: string, port: number) {
  const name = isIP(host) === 0 ? { servername: host } : {};
  // On loopback there is nobody in between, and Asterisk's certificate is ordinarily self-signed.
  return { host, port, rejectUnauthorized: !isLoopback(host), ...name };
}

function clearText(host: string): AmiError {
  return new AmiError('refused', `AMI to ${host} would cross the network in clear text`, {
    hint:
      'Use TLS (manager.conf: tlsenable=yes, tlsbindaddr, tlscertfile; policy: tls: true), or run ' +
      'Ghostgate beside the PBX on 127.0.0.1, or let the policy allow clear text in so many words.',
  });
}

function unreachable({ host, port, tls }: AsteriskPolicy, why: string, cause?: Error): AmiError {
  const tlsHint =
    'For tls: true manager.conf needs tlsenable=yes; its port is ordinarily 5039. ' +
    'A certificate of your own authority is believed when NODE_EXTRA_CA_CERTS names its file.';
  const plainHint =
    'manager.conf needs enabled=yes in [general], and its port and bindaddr must fit the policy.';
  const details = { hint: tls ? tlsHint : plainHint };
  return new AmiError(
    'unreachable',
    `no AMI at ${host}:${port}: ${why}`,
    cause === undefined ? details : { ...details, cause },
  );
}
