import { loadPolicy } from '../policy/load.ts';
import { problemText } from '../policy/problem.ts';
import { trunkResolver } from '../policy/resolve.ts';
import type { Tried } from '../replay/replay.ts';
import type { Output } from './output.ts';

/**
 * Loads a policy to judge the past with: its secrets are not asked for, so that it can be tried
 * anywhere. Undefined when it has mistakes; they are told.
 * @param resolve asks DNS for the trunks' names, as `run` would
 */
export async function policyToTry(
  path: string,
  resolve: boolean,
  out: Output,
): Promise<Tried | undefined> {
  const loaded = await loadPolicy(path, process.env, { secrets: 'unread' });
  if ('problems' in loaded) {
    for (const problem of loaded.problems) out.err(problemText(problem));
    return undefined;
  }
  const { policy } = loaded;
  return { policy, hosts: resolve ? await addressesOf(policy.trunks) : new Map() };
}

async function addressesOf(trunks: Tried['policy']['trunks']): Promise<Tried['hosts']> {
  const resolver = trunkResolver({
    trunks,
    lastGood: new Map(),
    now: Date.now,
    on: { changed() {}, resolved() {}, failed() {} },
  });
  try {
    await resolver.refresh();
    return resolver.addresses();
  } finally {
    resolver.close();
  }
}
