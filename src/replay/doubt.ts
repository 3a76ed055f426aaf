import type { LineNews, Refusal } from './news.ts';

/** News of a log that can be believed as far as a log can. */
export type Believed = Extract<NonNullable<LineNews>, { event: unknown } | { registered: unknown }>;

/**
 * Holds what a log says back until enough more of it was read. Whoever forges whole lines puts
 * them into one request, and what follows his text in the true line shows after them: a trace of
 * forging makes everything that one request can have written before it doubtful.
 */
export interface Doubt {
  /** @param bytes length of the line, its end included */
  take(news: LineNews | 'restarted', bytes: number): void;
  /** The log has ended. */
  end(): void;
}

/** Lines of another thread, one after the other, after which the PBX must have started anew. */
const NEW_THREAD_AFTER = 3;

/** @param largest most bytes that one request can have put into the log */
export function createDoubt(
  largest: number,
  on: { believed(news: Believed): void; refused(why: Refusal): void },
): Doubt {
  let held: { readonly news: Believed; readonly end: number }[] = [];
  let from = 0;
  let offset = 0;
  let thread: string | undefined;
  let other: { readonly thread: string; readonly times: number } | undefined;
  let hasSecurityLog = false;

  const release = (upTo: number): void => {
    for (let next = held[from]; next !== undefined && next.end <= upTo; next = held[++from]) {
      const { news } = next;
      if (hasSecurityLog && 'toldTwice' in news) on.refused('told-twice');
      else on.believed(news);
    }
    if (from > 1000 && from * 2 > held.length) {
      held = held.slice(from);
      from = 0;
    }
  };

  const trace = (why: Refusal, taints: boolean): void => {
    on.refused(why);
    if (!taints) return;
    for (const { news } of held.slice(from)) {
      // The security log tells of these as well: nothing is lost with them.
      on.refused(hasSecurityLog && 'toldTwice' in news ? 'told-twice' : 'tainted');
    }
    held = [];
    from = 0;
  };

  /** One thread of a process writes the security log; a sender must guess its number. */
  const isForeign = (written: string): boolean => {
    hasSecurityLog = true;
    thread ??= written;
    if (written === thread) {
      other = undefined;
      return false;
    }
    other = { thread: written, times: other?.thread === written ? other.times + 1 : 1 };
    if (other.times < NEW_THREAD_AFTER) return true;
    thread = written;
    other = undefined;
    return true;
  };

  return {
    take(news, bytes) {
      offset += bytes;
      if (news === 'restarted') {
        thread = undefined;
        other = undefined;
      } else if (news !== undefined && 'refused' in news) trace(news.refused, news.taints);
      else if (news !== undefined) {
        if (news.thread !== undefined && isForeign(news.thread)) trace('foreign-thread', true);
        else held.push({ news, end: offset });
      }
      release(offset - largest);
    },
    end: () => release(Number.POSITIVE_INFINITY),
  };
}
