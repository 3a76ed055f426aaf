import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanText } from '../../event/text.ts';
import type { SshPolicy } from '../../policy/policy-reach.ts';
import { sshArguments } from './ssh-command.ts';

/** A port of another machine, as a socket on this one. */
export interface Tunnel {
  /** Resolves with the socket's path once logged in; rejects with TunnelEnded when it never was. */
  readonly ready: Promise<string>;
  /** The last lines OpenSSH printed. */
  words(): readonly string[];
}

/** OpenSSH ended; its words say why. */
export class TunnelEnded extends Error {}

export interface Target {
  readonly host: string;
  readonly port: number;
}

interface Shared extends Tunnel {
  users: number;
  /** Resolves when OpenSSH has ended. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * One OpenSSH for each PBX, whatever the number of sessions to it: five logins and processes for
 * each would be the most that a central Ghostgate costs, here and there. It lives as long as
 * somebody uses it.
 */
const shared = new Map<string, Shared>();

/** @returns the tunnel, and how to give it back: once, when its connection has ended */
export function borrowTunnel(
  ssh: SshPolicy,
  target: Target,
): { readonly tunnel: Tunnel; readonly giveBack: () => void } {
  const key = JSON.stringify([ssh, target]);
  const tunnel = shared.get(key) ?? dig(ssh, target);
  if (!shared.has(key)) {
    shared.set(key, tunnel);
    endWithUs();
    void tunnel.ended.then(forget);
  }
  function forget(): void {
    if (shared.get(key) === tunnel) shared.delete(key);
  }
  tunnel.users++;
  let given = false;
  return {
    tunnel,
    giveBack() {
      if (given) return;
      given = true;
      tunnel.users--;
      if (tunnel.users > 0) return;
      forget();
      tunnel.close();
    },
  };
}

let watchesExit = false;
function endWithUs(): void {
  if (watchesExit) return;
  watchesExit = true;
  process.once('exit', () => {
    for (const tunnel of shared.values()) tunnel.close();
  });
}

function dig(ssh: SshPolicy, target: Target): Shared {
  const folder = mkdtempSync(join(tmpdir(), 'ghostgate-ssh-'));
  const socket = join(folder, 's');
  const child = launch(sshArguments(ssh, target, socket));
  let words: string[] = [];
  let rest = '';
  const hear = (lines: readonly string[]): void => {
    words = [...words, ...lines.map(clean).filter((line) => line !== '')].slice(-MAX_LINES);
  };
  child.stdin?.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).slice(-MAX_WORDS_CHARS).split(/\r?\n/);
      rest = lines.pop() ?? '';
      hear(lines);
    });
  }

  const ended = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      hear([rest, why]);
      rmSync(folder, { recursive: true, force: true });
      resolve();
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      end(error.code === 'ENOENT' ? NO_SSH : error.message);
    });
    child.once('close', () => end(''));
  });
  const ready = new Promise<string>((resolve, reject) => {
    // It listens once it is logged in, and says so nowhere else.
    const watching = setInterval(() => {
      if (!existsSync(socket)) return;
      clearInterval(watching);
      resolve(socket);
    }, LOOK_MS);
    const never = (): void => {
      clearInterval(watching);
      reject(new TunnelEnded());
    };
    void ended.then(never);
  });
  // It may end while nobody waits any more.
  ready.catch(() => {});
  return { ready, ended, words: () => words, users: 0, close: () => void child.kill() };
}

/** Its session at the other end waits for the end of its input, which comes when we are killed, too. */
function launch(args: readonly string[]): ChildProcess {
  return spawn('ssh', args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Not in our group: who interrupts us lets us say goodbye to the PBX through it first.
    detached: true,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C' },
  });
}

function clean(line: string): string {
  return (cleanText(line) ?? '').trim();
}

export const NO_SSH = 'there is no ssh here: apt-get install openssh-client';
const LOOK_MS = 20;
const MAX_LINES = 20;
const MAX_WORDS_CHARS = 8192;
