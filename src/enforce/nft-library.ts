import { koffi } from './koffi.ts';
import type { NftAnswer, NftProcess } from './nft-process.ts';

/**
 * nft's own library in this process: 0.3 ms a command, where the two-way trip to an `nft -i` costs
 * 1.3 ms on a busy machine of two cores, half of what a ban may take in all. libnftables is what
 * `nft` itself is made of and installed with it; koffi calls it without code of ours to compile.
 * A command blocks this process while it runs, so it is for few changes at a time.
 * Returns undefined where either cannot be loaded: the process does the same, slower.
 */
export function nftLibrary(): NftProcess | undefined {
  const library = load();
  if (library === undefined) return undefined;
  let context: unknown;

  function open(): unknown {
    context = library?.create(0);
    // Without buffers the library writes to our stdout, which is the log.
    library?.bufferOutput(context);
    library?.bufferError(context);
    return context;
  }

  return {
    ask(line): Promise<NftAnswer> {
      const failed = library.run(context ?? open(), line) !== 0;
      if (!failed) return Promise.resolve({ error: undefined });
      const [first = ''] = library.error(context).split('\n', 1);
      return Promise.resolve({ error: first.slice(0, 500) || 'refused without a word' });
    },
    close() {
      if (context !== undefined) library.free(context);
      context = undefined;
    },
  };
}

interface Library {
  create(flags: number): unknown;
  free(context: unknown): void;
  run(context: unknown, line: string): number;
  bufferOutput(context: unknown): number;
  bufferError(context: unknown): number;
  error(context: unknown): string;
}

let loaded: Library | undefined | 'absent';

/** Once a process. See libnftables(3) for the functions. */
function load(): Library | undefined {
  if (loaded === undefined) {
    try {
      const lib = koffi()?.load('libnftables.so.1');
      if (lib === undefined) throw new Error('no koffi');
      loaded = {
        create: lib.func('void *nft_ctx_new(uint32_t flags)'),
        free: lib.func('void nft_ctx_free(void *ctx)'),
        run: lib.func('int nft_run_cmd_from_buffer(void *ctx, const char *line)'),
        bufferOutput: lib.func('int nft_ctx_buffer_output(void *ctx)'),
        bufferError: lib.func('int nft_ctx_buffer_error(void *ctx)'),
        error: lib.func('const char *nft_ctx_get_error_buffer(void *ctx)'),
      };
    } catch {
      loaded = 'absent';
    }
  }
  return loaded === 'absent' ? undefined : loaded;
}
