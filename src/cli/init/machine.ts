import { execFile } from 'node:child_process';
import { hostname, networkInterfaces } from 'node:os';
import { parseAddress } from '../../event/source.ts';
import type { Files } from '../install/change.ts';
import { disk } from '../install/disk.ts';

/** As much of the machine as looking takes. */
export interface Machine {
  readonly files: Files;
  readonly hostname: string;
  readonly interfaces: readonly Interface[];
  /** The address that this session came from by ssh. */
  readonly admin: string | undefined;
  /** What a program prints; undefined when it is not there, fails, or takes too long. */
  says(command: readonly string[]): Promise<string | undefined>;
}

export interface Interface {
  readonly name: string;
  /** Like `10.20.0.5/16`. */
  readonly cidr: string;
}

/** Looked at once, when the command begins. */
export function thisMachine(): Machine {
  return {
    files: disk,
    hostname: hostname(),
    interfaces: Object.entries(networkInterfaces()).flatMap(([name, list]) =>
      (list ?? []).flatMap(({ internal, cidr }) =>
        internal || cidr === null ? [] : [{ name, cidr }],
      ),
    ),
    admin: sessionAddress(disk, process.env, process.ppid),
    says: ([program = '', ...args]) =>
      new Promise((resolve) => {
        const bounds = {
          timeout: ANSWER_MS,
          maxBuffer: MOST_BYTES,
          killSignal: 'SIGKILL',
        } as const;
        execFile(program, args, bounds, (error, stdout) =>
          resolve(error === null ? stdout : undefined),
        );
      }),
  };
}

/** A PBX that hangs must not hang us. */
const ANSWER_MS = 3000;
const MOST_BYTES = 8 * 1024 * 1024;
/** Shells, sudo and su between the session and this process. */
const MOST_PARENTS = 12;

/**
 * Where this session came from, as sshd told its shell. sudo keeps that from its children: then it
 * still stands in the environment of a process above.
 * @param parent process id
 */
export function sessionAddress(
  files: Pick<Files, 'read'>,
  env: NodeJS.ProcessEnv,
  parent: number,
): string | undefined {
  let told = env['SSH_CONNECTION'];
  let pid = parent;
  for (let count = 0; told === undefined && pid > 1 && count < MOST_PARENTS; count++) {
    const environment = files.read(`/proc/${pid}/environ`) ?? '';
    told = /(?:^|\0)SSH_CONNECTION=([^\0]{1,200})/.exec(environment)?.[1];
    const stat = files.read(`/proc/${pid}/stat`) ?? '';
    // The name before it may hold anything, brackets included (proc(5)).
    pid = Number(/^ \S (\d+)/.exec(stat.slice(stat.lastIndexOf(')') + 1))?.[1] ?? 0);
  }
  return parseAddress(told?.split(' ', 1)[0] ?? '');
}
