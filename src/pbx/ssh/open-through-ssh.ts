import { connect, type Socket } from 'node:net';
import type { SshPolicy } from '../../policy/policy-reach.ts';
import type { SshFault } from './ssh-command.ts';
import { sshFault } from './ssh-command.ts';
import { borrowTunnel, type Target, TunnelEnded } from './tunnel.ts';

export interface ThroughSshOptions {
  readonly ssh: SshPolicy;
  /** As the other machine sees it. */
  readonly target: Target;
  /** From the login to the first byte of the PBX. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly faults: {
    givenUp(): Error;
    unreachable(fault: SshFault): Error;
  };
}

/**
 * Opens a connection to a PBX through SSH. Resolves once the PBX has sent its first byte, for
 * until then nobody has said that the other end reached it: both AMI and the event socket speak
 * first. Rejects with one of the faults; nothing is left then.
 */
export async function openThroughSsh(options: ThroughSshOptions): Promise<Socket> {
  const { ssh, target, signal, faults } = options;
  if (signal?.aborted === true) throw faults.givenUp();
  const { tunnel, giveBack } = borrow(options);
  const inWords = (): Error => faults.unreachable(sshFault(tunnel.words(), ssh, target));
  try {
    const path = await inTime(tunnel.ready, options);
    return await firstByte(connect(path), options, giveBack, inWords);
  } catch (error) {
    giveBack();
    if (error === GIVEN_UP) throw faults.givenUp();
    if (error === TOO_LATE) {
      const why = `${ssh.host} was not reached within ${LOGIN_MS} ms`;
      throw faults.unreachable({ why, hint: SLOW, saidNo: false });
    }
    throw error instanceof TunnelEnded ? inWords() : error;
  }
}

/** A folder for its socket may not be had: a full disk is no reason to end. */
function borrow({ ssh, target, faults }: ThroughSshOptions): ReturnType<typeof borrowTunnel> {
  try {
    return borrowTunnel(ssh, target);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw faults.unreachable({ why, hint: 'It needs room for a socket there.', saidNo: false });
  }
}

/** Another machine may ask DNS about us before it lets us in. */
const LOGIN_MS = 15_000;
const SLOW = 'A firewall between us drops what we send, or the port of its SSH is another.';
const GIVEN_UP = new Error('given up');
const TOO_LATE = new Error('too late');

function inTime<T>(work: Promise<T>, { signal }: ThroughSshOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => settle(() => reject(GIVEN_UP));
    const timer = setTimeout(() => settle(() => reject(TOO_LATE)), LOGIN_MS);
    function settle(done: () => void): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      done();
    }
    signal?.addEventListener('abort', onAbort);
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

function firstByte(
  socket: Socket,
  { signal, timeoutMs, faults, ssh, target }: ThroughSshOptions,
  giveBack: () => void,
  inWords: () => Error,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // What OpenSSH says of a channel that failed comes a moment after the channel's end.
    const onEnd = () => setTimeout(() => fail(inWords()), WORDS_MS);
    const onAbort = () => fail(faults.givenUp());
    const timer = setTimeout(() => {
      const why = `nobody answered on ${target.host}:${target.port} at ${ssh.host} within ${timeoutMs} ms`;
      fail(faults.unreachable({ why, hint: 'The PBX hangs, or drops what comes.', saidNo: false }));
    }, timeoutMs);
    function settled(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('end', onEnd).off('readable', onReadable);
    }
    function fail(error: Error): void {
      settled();
      socket.destroy();
      reject(error);
    }
    function onReadable(): void {
      // At its end a stream is readable as well, with nothing in it.
      if (socket.readableLength === 0) return;
      settled();
      resolve(socket);
    }
    socket
      .on('error', () => {})
      .on('end', onEnd)
      .on('readable', onReadable);
    socket.once('close', giveBack);
    signal?.addEventListener('abort', onAbort);
  });
}

const WORDS_MS = 50;
