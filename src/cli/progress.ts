/** Shows how far a long piece of work is, on a terminal and nowhere else. */
export interface Progress {
  /** @param done of the total */
  at(done: number): void;
  /** Takes the line away. */
  end(): void;
}

const REDRAW_MS = 100;
const CELLS = 40;

/**
 * @param total more than zero
 * @param stream standard error when left out: what is asked for goes to standard output
 */
export function progress(
  what: string,
  total: number,
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
): Progress {
  if (!stream.isTTY) return { at() {}, end() {} };
  const startedAt = performance.now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    at(done) {
      const now = performance.now();
      if (now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      const share = Math.min(1, done / total);
      const filled = Math.round(share * CELLS);
      const left = share === 0 ? '' : `, ${leftOf((now - startedAt) * (1 / share - 1))} left`;
      const bar = `${'#'.repeat(filled)}${'.'.repeat(CELLS - filled)}`;
      stream.write(`\r${what} [${bar}] ${Math.floor(share * 100)} %${left}\u001b[K`);
    },
    end: () => void stream.write('\r\u001b[K'),
  };
}

function leftOf(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))} s`;
}
