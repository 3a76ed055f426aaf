import type { Notifier } from '../notify/notifier.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from '../web/metrics.ts';
import type { Log } from './log.ts';

/** What an operator should look at; each text is told once until it is pushed out by others. */
export interface Notices {
  /** @param about a newer text about the same takes the older one's place; default the text itself */
  tell(text: string, about?: string): void;
  /** There is nothing to tell about it any more. */
  settle(about: string): void;
  list(): readonly string[];
}

const KEPT = 100;

export interface NoticesParts {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'notice'>;
  readonly store: Pick<Store, 'putNotice'>;
  readonly telling: Pick<Notifier, 'tell'>;
  readonly now: () => number;
}

export function createNotices({ log, metrics, store, telling, now }: NoticesParts): Notices {
  const texts = new Map<string, string>();
  return {
    tell(text, about = text) {
      if (texts.get(about) === text) return;
      texts.delete(about);
      texts.set(about, text);
      for (const oldest of texts.keys()) {
        if (texts.size <= KEPT) break;
        texts.delete(oldest);
      }
      metrics.notice();
      log.warn({ event: 'notice', notice: text }, 'notice');
      telling.tell('notice', text);
      const at = now();
      // Off the event path: the judge waits for no disk.
      setImmediate(() => {
        try {
          store.putNotice({ at, text });
        } catch (error) {
          log.error({ err: error }, 'this notice will be missing in reports');
        }
      });
    },
    settle(about) {
      texts.delete(about);
    },
    list: () => [...texts.values()],
  };
}
