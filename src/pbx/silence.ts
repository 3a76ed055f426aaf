export interface SilenceOptions {
  readonly pingEveryMs: number;
  readonly deadAfterMs: number;
  /** A count that grows with whatever is read. */
  read(): number;
  ping(): void;
  dead(silentMs: number): void;
}

/**
 * Notices a peer that is gone without a word: a half-open TCP connection gives no error for hours
 * when we only listen. Asks once in every silence, and gives up only after an answer had its
 * time: a machine that slept, or a busy event loop, makes a silence that is our own.
 * Returns how to stop.
 */
export function watchSilence(options: SilenceOptions): () => void {
  const { pingEveryMs, deadAfterMs } = options;
  const answerMs = Math.max(0, deadAfterMs - pingEveryMs) / 2;
  let seen = options.read();
  let readAt = performance.now();
  let askedAt: number | undefined;

  const timer = setInterval(
    () => {
      const now = performance.now();
      if (options.read() !== seen) {
        seen = options.read();
        readAt = now;
        askedAt = undefined;
        return;
      }
      const silentMs = now - readAt;
      if (askedAt === undefined) {
        if (silentMs < pingEveryMs) return;
        askedAt = now;
        options.ping();
      } else if (silentMs >= deadAfterMs && now - askedAt >= answerMs) {
        options.dead(Math.round(silentMs));
      }
    },
    Math.max(5, pingEveryMs / 4),
  );
  return () => clearInterval(timer);
}
