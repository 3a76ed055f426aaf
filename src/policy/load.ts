import { resolve } from 'node:path';
import { placed } from './base.ts';
import { compilePolicy } from './compile.ts';
import { crossCheck } from './cross-check.ts';
import { field } from './data.ts';
import { SOCKET_PATH_BYTES } from './fields.ts';
import type { Candidate } from './layers.ts';
import { readLayers } from './layers.ts';
import { plain } from './located.ts';
import { findings } from './mistakes.ts';
import type { Policy } from './policy.ts';
import type { Finding, Problem } from './problem.ts';
import { policyFile } from './schema.ts';
import type { Secrets } from './secrets.ts';
import type { SharedPlaces } from './shared.ts';
import { inShared } from './shared.ts';
import { readSecrets } from './secrets.ts';

/** A policy in full, or everything that is wrong with it; and the files to watch either way. */
export type LoadedPolicy = (
  | { readonly policy: Policy }
  | { readonly problems: readonly Problem[] }
) & {
  readonly files: readonly string[];
  /** Where what the fleet's operator publishes is kept, when the policy builds on it. */
  readonly baseFile?: string;
};

export interface LoadOptions {
  /** `unread`: for judging the past, which needs none and may happen where there are none. */
  readonly secrets?: 'read' | 'unread';
  /** Taken for what the fleet's operator publishes, to see whether it fits this site. */
  readonly base?: Candidate;
  /** Where many sites share a process: what a policy does not say of its own places. */
  readonly shared?: SharedPlaces;
}

/** Loads one policy file; never rejects for what is in it. */
export type LoadOne = (path: string, options?: Pick<LoadOptions, 'base'>) => Promise<LoadedPolicy>;

const NO_FLEET: Finding = {
  path: ['extends'],
  message: 'needs the fleet block: whose operator is meant?',
  hint: 'add fleet: with servers, credentials and operator; a file of this name is ./fleet',
};
const NO_SECRETS: Secrets = { values: new Map(), findings: [], files: [] };

/**
 * Reads a policy file with what it extends and the secrets it names. Expected faults, an absent
 * file among them, come back as problems, all at once, in the order of the file.
 */
export async function loadPolicy(
  path: string,
  env = process.env,
  { secrets: asked = 'read', base, shared }: LoadOptions = {},
): Promise<LoadedPolicy> {
  const { tree, problems, files, baseFile } = await readLayers(path, { base, shared });
  const extended = baseFile === undefined ? {} : { baseFile };
  if (tree === undefined) return { problems: inOrder(problems, files), files, ...extended };

  const data = plain(tree);
  const secrets = asked === 'read' ? await readSecrets(data, tree, env) : NO_SECRETS;
  const all = [...files, ...secrets.files];
  const parsed = policyFile.safeParse(data);
  const found = [
    ...(parsed.success ? [] : findings(parsed.error.issues, tree)),
    ...crossCheck(data),
    ...secrets.findings,
    ...(shared === undefined ? socketFindings(env) : []),
    ...(baseFile !== undefined && field(data, 'fleet') === undefined ? [NO_FLEET] : []),
  ];
  if (!parsed.success || found.length > 0 || problems.length > 0) {
    const told = found.map((finding) => placed(finding, tree));
    return { problems: inOrder([...problems, ...told], files), files: all, ...extended };
  }
  const policy = compilePolicy(parsed.data, secrets.values);
  const whole = { ...policy, ...extended };
  return {
    policy: shared === undefined ? withSocket(whole, env) : inShared(whole, data, shared),
    files: all,
    ...extended,
  };
}

/** In the order of the files and of the lines in them. */
export function inOrder(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const sorted = problems.toSorted(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
  return sorted.slice(0, MOST_PROBLEMS);
}

/** More than anybody reads; a file of another kind altogether may hold thousands. */
const MOST_PROBLEMS = 100;

/** GHOSTGATE_SOCKET moves the control socket, for the daemon as for every command. */
function withSocket(policy: Policy, env: NodeJS.ProcessEnv): Policy {
  const socket = env['GHOSTGATE_SOCKET'] ?? '';
  return socket === '' ? policy : { ...policy, control: { socket: resolve(socket) } };
}

function socketFindings(env: NodeJS.ProcessEnv): Finding[] {
  const socket = resolve(env['GHOSTGATE_SOCKET'] ?? '/');
  if (Buffer.byteLength(socket) <= SOCKET_PATH_BYTES) return [];
  const message = `GHOSTGATE_SOCKET is longer than ${SOCKET_PATH_BYTES} bytes`;
  return [{ path: ['control', 'socket'], message, hint: 'choose a shorter path' }];
}
