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
 * time: a machine that slept, or a busy event loop, makes a silence that is our own. After such a
 * stall what waits in the socket is read first: a question to a peer that had closed meanwhile
 * makes the kernel throw that away, and with it the reason.
 * Returns how to stop.
 */
export function watchSilence(options: SilenceOptions): () => void {
  const { pingEveryMs, deadAfterMs } = options;
  const answerMs = Math.max(0, deadAfterMs - pingEveryMs) / 2;
  let seen = options.read();
  let readAt = performance.now();
  let askedAt: number | undefined;
  let lookedAt = readAt;
  const everyMs = Math.max(5, pingEveryMs / 4);

  const timer = setInterval(() => {
    const now = performance.now();
    const stalled = now - lookedAt > Math.max(STALL_MS, 2 * everyMs);
    lookedAt = now;
    if (stalled || options.read() !== seen) {
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
  }, everyMs);
  return () => clearInterval(timer);
}

/** A look that comes later than this was kept from coming. */
const STALL_MS = 1000;
