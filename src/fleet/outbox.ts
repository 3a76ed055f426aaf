import type { Link } from './link.ts';
import type { FleetMemory } from './memory.ts';
import type { SigningKey } from './nkey.ts';
import type { Lift, Message, Notice } from './notice.ts';
import { readItem, sealMessage } from './notice.ts';
import { put } from './stream.ts';
import { MOST_ITEMS, MOST_SKEW_MS, noticeSubject } from './words.ts';

/** What this site tells: kept until the server has it on its disk, in order, over restarts too. */
export interface Outbox {
  tell(item: Notice | Lift): void;
  /** Sends what waits; resolves when nothing is left or the link is gone. */
  flush(): Promise<void>;
  readonly told: number;
}

export interface OutboxParts {
  readonly site: string;
  readonly key: SigningKey;
  readonly memory: FleetMemory;
  readonly link: () => Pick<Link, 'ask' | 'state'> | undefined;
  /** Number of the last message that was sent. */
  readonly last: number;
  readonly now: () => number;
  failed(why: string): void;
}

export const LAST_SENT = 'last-sent';

export function createOutbox(parts: OutboxParts): Outbox {
  const { site, key, memory } = parts;
  let last = parts.last;
  let told = 0;
  let flushing: Promise<void> | undefined;
  /** Sent, and the answer never came: the server may have it. */
  let doubtful: { readonly number: number; readonly upTo: number } | undefined;

  const flush = async (): Promise<void> => {
    for (;;) {
      const link = parts.link();
      const again = doubtful;
      // The same again under the same number, and nothing more: who has had it has had it all.
      const rows = memory
        .waiting(MOST_ITEMS)
        .filter(({ id }) => again === undefined || id <= again.upTo);
      if (again !== undefined && rows.length === 0) {
        doubtful = undefined;
        continue;
      }
      const upTo = rows.at(-1)?.id;
      if (link === undefined || link.state().state !== 'up' || upTo === undefined) return;
      const now = parts.now();
      // By a clock that was ahead: nobody took it, and nobody would take what follows it.
      if (last > now + MOST_SKEW_MS) last = 0;
      const items = rows
        .map(({ item }) => readItem(item, now))
        .filter((item) => item !== undefined && ('lift' in item || item.until > now))
        .filter((item) => item !== undefined);
      if (items.length > 0) {
        // Numbers begin at the clock, so that a site whose store was lost is still heard.
        const number = again?.number ?? Math.max(last + 1, now);
        doubtful = { number, upTo };
        await send(link, items, number, now);
      }
      doubtful = undefined;
      memory.told(upTo);
      told += items.length;
    }
  };

  const send = async (
    link: Pick<Link, 'ask'>,
    items: readonly (Notice | Lift)[],
    number: number,
    now: number,
  ): Promise<void> => {
    const message: Message = { site, number, after: last, sentAt: now, told: items };
    const subject = noticeSubject(site);
    await put(link, subject, sealMessage(message, key));
    last = number;
    memory.putFact(LAST_SENT, String(number));
  };

  return {
    tell(item) {
      memory.push(item);
      void this.flush();
    },
    flush() {
      flushing ??= flush()
        .catch((error: unknown) => parts.failed(error instanceof Error ? error.message : ''))
        .finally(() => (flushing = undefined));
      return flushing;
    },
    get told() {
      return told;
    },
  };
}
