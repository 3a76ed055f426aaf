import type { Source } from '../event/sip-event.ts';
import { cleanText } from '../event/text.ts';
import type { PbxCounters, PbxListener } from './pbx.ts';

/** Tells of injections: counts each, and passes on as many as a person can read. */
export interface Reports {
  /** @param excerpt beginning of the refused text, raw */
  injection(why: string, excerpt: string, source?: Source): void;
  /** One more frame of an attack that was told already: counted only. */
  repeated(): void;
}

/** One INVITE makes Asterisk print thirty forged frames: the log needs few of them. */
const MAX_A_SECOND = 10;

export function injectionReports(
  pbx: string,
  listener: Pick<PbxListener, 'injection'>,
  counters: Pick<PbxCounters, 'injections'>,
  now: () => number,
): Reports {
  // Those with a source have a budget of their own: noise must not hide who made it.
  const budgets = { known: budgetOf(now), unknown: budgetOf(now) };
  return {
    injection(why, excerpt, source) {
      counters.injections++;
      if (!(source === undefined ? budgets.unknown : budgets.known)()) return;
      const told = source === undefined ? {} : { source };
      listener.injection({ pbx, seenAt: now(), why, excerpt: readable(excerpt), ...told });
    },
    repeated() {
      counters.injections++;
    },
  };
}

/** For the log, which must not tell the secret that marks genuine events. */
function readable(excerpt: string): string {
  const masked = excerpt.replaceAll(/GHOSTGATE_TOKEN=[^\r\n]*/g, 'GHOSTGATE_TOKEN=…');
  return cleanText(masked.replaceAll('\r\n', ' | ')) ?? '';
}

function budgetOf(now: () => number): () => boolean {
  let second = 0;
  let spent = 0;
  return () => {
    const current = Math.floor(now() / 1000);
    if (current !== second) [second, spent] = [current, 0];
    return ++spent <= MAX_A_SECOND;
  };
}
