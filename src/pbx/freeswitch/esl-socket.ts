import { connect, type Socket } from 'node:net';
import type { FreeswitchPolicy } from '../../policy/policy-pbx.ts';
import { isLoopback } from '../../policy/loopback.ts';
import { openSocket } from '../open-socket.ts';
import { openThroughSsh } from '../ssh/open-through-ssh.ts';
import type { SshFault } from '../ssh/ssh-command.ts';
import { EslError } from './esl-error.ts';

/**
 * Opens the connection. Rejects with EslError: `refused` when it would be clear text over a
 * network, `closed` when the signal gave it up, else `unreachable`.
 */
export async function connectEsl(
  policy: FreeswitchPolicy,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Socket> {
  const { host, port, ssh } = policy;
  const onlyHere = !policy.allowClearTextOverNetwork;
  if (ssh !== undefined) {
    // What is beyond the machine that SSH ends at is a network again.
    if (onlyHere && !isLoopback(host)) throw clearText(host);
    const faults = { givenUp, unreachable: throughSsh };
    return await openThroughSsh({ ssh, target: { host, port }, timeoutMs, signal, faults });
  }
  return await openSocket({
    connect: () => connect({ host, port }),
    ready: 'connect',
    host,
    onlyHere,
    timeoutMs,
    signal,
    faults: {
      clearText: () => clearText(host),
      givenUp,
      unreachable: (why, cause) => unreachable(policy, why, cause === undefined ? {} : { cause }),
    },
  });
}

function givenUp(): EslError {
  return new EslError('closed', 'given up by us');
}

function throughSsh({ why, hint, saidNo }: SshFault): EslError {
  const kind = saidNo ? 'refused' : 'unreachable';
  return new EslError(kind, `no event socket through SSH: ${why}`, { hint });
}

function clearText(host: string): EslError {
  return new EslError('refused', `the event socket to ${host} would cross the network in clear`, {
    hint:
      'It has no TLS of its own. Reach it through SSH (policy: ssh: { host: … }), or run Ghostgate ' +
      'beside the PBX on 127.0.0.1, or let the policy allow clear text in so many words.',
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
