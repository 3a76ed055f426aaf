import { loadPolicy } from '../policy/load.ts';
import type { LoadOne, LoadedPolicy } from '../policy/load.ts';
import { baseShelf } from './base-shelf.ts';
import { wayBack, whyUnfit } from './base-fit.ts';
import { wentBackState } from './base-state.ts';

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
    const way = await wayBack(shelf, has, (version, text) => whyUnfit(load, path, version, text));
    if (way === undefined) return loaded;
    shelf.take(wentBackState(has, way.to, Date.now(), why), way.text);
    return await load(path);
  } catch {
    // Another user's files, or a full disk: what is wrong with the policy is told.
    return loaded;
  }
}

/** As a process of its own loads its policy. */
export const loadHere: LoadOne = (path, options) => loadPolicy(path, process.env, options);
