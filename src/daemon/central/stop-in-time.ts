import type { Daemon } from '../handle.ts';

/** What is broken may not end by itself: it is waited for no longer than this, in ms. */
const STOP_MS = 10_000;

/** Rejects as the stop does; resolves when it has stopped, or takes too long. */
export async function stopInTime(daemon: Pick<Daemon, 'stop'>): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    late = setTimeout(resolve, STOP_MS);
  });
  try {
    await Promise.race([daemon.stop(), patience]);
  } finally {
    clearTimeout(late);
  }
}
