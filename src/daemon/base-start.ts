import { loadPolicy } from '../policy/load.ts';
import type { LoadOne, LoadedPolicy } from '../policy/load.ts';
import type { BaseState } from './base-shelf.ts';
import { baseShelf } from './base-shelf.ts';
import { whyUnfit } from './base-fit.ts';

/**
 * The policy to start with. When what the fleet's operator published no longer loads, as after
 * another version of Ghostgate was installed, that is given up for the one before it, or for the
 * site's own file alone: a PBX must not go unguarded for a text from elsewhere. Any other mistake
 * comes back as it is.
 */
export async function loadToStart(path: string, load: LoadOne = loadHere): Promise<LoadedPolicy> {
  const loaded = await load(path);
  const { baseFile } = loaded;
  if ('policy' in loaded || baseFile === undefined) return loaded;
  try {
    const shelf = baseShelf(baseFile);
    const has = shelf.state();
    if (has.sha256 === '') return loaded;
    const why = await whyUnfit(load, path, has.version, shelf.text(has));
    const { before } = has;
    const kept = before === undefined || before.version === 0 ? undefined : shelf.text(before);
    for (const [to, text] of [
      [before, kept],
      [NONE, undefined],
    ] as const) {
      if (to === undefined || (text === undefined && to !== NONE)) continue;
      if ((await whyUnfit(load, path, to.version, text)) !== '') continue;
      const rolledBack = { version: has.version, why: why.slice(0, MOST_CHARS), since: has.since };
      const next: BaseState = {
        ring: has.ring,
        ...to,
        takenAt: Date.now(),
        since: has.since,
        rolledBack,
      };
      shelf.take(next, text);
      return await load(path);
    }
    return loaded;
  } catch {
    // Another user's files, or a full disk: what is wrong with the policy is told.
    return loaded;
  }
}

/** As a process of its own loads its policy. */
export const loadHere: LoadOne = (path, options) => loadPolicy(path, process.env, options);

const NONE = { version: 0, sha256: '' };
const MOST_CHARS = 400;
