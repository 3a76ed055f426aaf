import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { LoadOne } from './load.ts';
import { loadPolicy } from './load.ts';
import type { Policy } from './policy.ts';
import type { Problem } from './problem.ts';

export interface PolicyListener {
  loaded(policy: Policy): void;
  /** The policy before stays in force. */
  failed(problems: readonly Problem[]): void;
}

export interface PolicyWatch {
  /** Loads now, as on SIGHUP, whether anything changed or not; resolves when it was told. */
  reload(): Promise<void>;
  close(): void;
}

/**
 * Loads the policy again whenever one of its files changes: the policy, what it extends, the
 * files of its secrets. The first look is a load as well, so that no change since the caller
 * loaded is missed.
 *
 * Looks once a second instead of asking the kernel: editors, configuration managers and mounted
 * volumes replace files, links and whole folders in ways that watches miss. A change counts when
 * two looks in a row agree, so a file that is still being written is let alone.
 */
export function watchPolicy(
  path: string,
  on: PolicyListener,
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly pollMs?: number;
    /** Instead of loadPolicy by `env`. */
    readonly load?: LoadOne;
  } = {},
): PolicyWatch {
  const { env = process.env, pollMs = 1000 } = options;
  const { load: loadOne = (file: string) => loadPolicy(file, env) } = options;
  let files: readonly string[] = [path];
  let loadedStamp: string | undefined;
  let lastStamp: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let turn = Promise.resolve();

  const load = async (): Promise<void> => {
    // The stamp is from before the reading: what changes meanwhile shows at the next look.
    let stamp = await stampOf(files);
    let loaded = await loadOne(path);
    if (!isDeepStrictEqual(loaded.files, files)) {
      files = loaded.files;
      stamp = await stampOf(files);
      loaded = await loadOne(path);
    }
    loadedStamp = stamp;
    if (closed) return;
    if ('policy' in loaded) on.loaded(loaded.policy);
    else on.failed(loaded.problems);
  };

  const look = async (): Promise<void> => {
    const stamp = await stampOf(files);
    const settled = stamp === lastStamp;
    lastStamp = stamp;
    if (settled && stamp !== loadedStamp) await load();
  };

  /** Loads and looks come one after another. */
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    turn = turn.then(() => (closed ? undefined : step()));
    return turn;
  };

  const poll = (): void => {
    timer = setTimeout(() => void inTurn(look).then(() => (closed ? undefined : poll())), pollMs);
    timer.unref();
  };

  void inTurn(load);
  poll();
  return {
    reload: () => inTurn(load),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Changes whenever one of the files is written, replaced, made, removed or given other rights. */
async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map(async (file) => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
      return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
    } catch {
      return 'absent';
    }
  });
  return (await Promise.all(stamps)).join('\n');
}
