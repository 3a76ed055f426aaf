import type { Metrics } from '../web/metrics.ts';
import type { Log } from './log.ts';

/** What an operator should look at; each text is told once until it is pushed out by others. */
export interface Notices {
  tell(text: string): void;
  list(): readonly string[];
}

const KEPT = 100;

export function createNotices(log: Log, metrics: Metrics): Notices {
  const texts = new Set<string>();
  return {
    tell(text) {
      if (texts.has(text)) return;
      texts.add(text);
      for (const oldest of texts) {
        if (texts.size <= KEPT) break;
        texts.delete(oldest);
      }
      metrics.notice();
      log.warn({ event: 'notice', notice: text }, 'notice');
    },
    list: () => [...texts],
  };
}
