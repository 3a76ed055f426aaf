import type { VerdictRow } from '../judge/record.ts';
import type { LiveEvent } from '../web/live-event.ts';

/** What happens now, for those who look on. Nobody looking costs nothing. */
export interface Live {
  verdict(row: VerdictRow): void;
  tell(event: LiveEvent): void;
  /** Returns the function that ends it. */
  follow(listener: (event: LiveEvent) => void): () => void;
}

/** Verdicts go out by batches: a flood of thousands must not drown a browser, nor us. */
const BATCH_MS = 250;
const MOST_IN_BATCH = 40;

export function createLive(): Live {
  const followers = new Set<(event: LiveEvent) => void>();
  let batch: VerdictRow[] = [];
  let skipped = 0;
  let timer: NodeJS.Timeout | undefined;

  const tell = (event: LiveEvent): void => {
    for (const follower of followers) follower(event);
  };
  const send = (): void => {
    timer = undefined;
    tell({ kind: 'verdicts', verdicts: batch, skipped });
    batch = [];
    skipped = 0;
  };

  return {
    tell,
    verdict(row) {
      if (followers.size === 0) return;
      timer ??= setTimeout(send, BATCH_MS).unref();
      if (batch.length >= MOST_IN_BATCH) {
        batch.shift();
        skipped++;
      }
      batch.push(row);
    },
    follow(listener) {
      followers.add(listener);
      return () => followers.delete(listener);
    },
  };
}
