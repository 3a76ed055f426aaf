import { connect, type Socket } from 'node:net';
import type { FreeswitchPolicy } from '../../policy/policy.ts';
import { openSocket } from '../open-socket.ts';
import { EslError } from './esl-error.ts';

/**
 * Opens the connection. Rejects with EslError: `refused` when it would be clear text over a
 * network, `closed` when the signal gave it up, else `unreachable`.
 */
export function connectEsl(
  policy: FreeswitchPolicy,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Socket> {
  const { host, port } = policy;
  return openSocket({
    connect: () => connect({ host, port }),
    ready: 'connect',
    host,
    onlyHere: !policy.allowClearTextOverNetwork,
    timeoutMs,
    signal,
    faults: {
      clearText: () => clearText(host),
      givenUp: () => new EslError('closed', 'given up by us'),
      unreachable: (why, cause) => unreachable(policy, why, cause === undefined ? {} : { cause }),
    },
  });
}

function clearText(host: string): EslError {
  return new EslError('refused', `the event socket to ${host} would cross the network in clear`, {
    hint:
      'It has no TLS of its own. Run Ghostgate beside the PBX on 127.0.0.1, or through a tunnel ' +
      'that ends there, or let the policy allow clear text in so many words.',
  });
}

function unreachable(
  { host, port }: FreeswitchPolicy,
  why: string,
  details: { cause?: Error } = {},
): EslError {
  return new EslError('unreachable', `no event socket at ${host}:${port}: ${why}`, {
    hint:
      'mod_event_socket must be loaded, and listen-ip and listen-port in event_socket.conf.xml ' +
      'must fit the policy; it listens some seconds after FreeSWITCH started.',
    ...details,
  });
}
