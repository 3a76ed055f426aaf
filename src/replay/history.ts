import type { JournalRecord } from '../judge/journal.ts';
import { asteriskNews } from './asterisk-log.ts';
import { createDoubt } from './doubt.ts';
import type { Believed } from './doubt.ts';
import { freeswitchNews } from './freeswitch-log.ts';
import { journalRecord } from './journal-line.ts';
import { aboutFile, readLines } from './lines.ts';
import { logClock } from './log-time.ts';
import type { Refusal } from './news.ts';

/** What the files of one replay held. */
export interface HistoryCounts {
  lines: number;
  events: number;
  /** Lines that were not believed, by why. */
  readonly refused: Partial<Record<Refusal, number>>;
  readonly kinds: Set<FileKind>;
}

export type FileKind = 'journal' | 'asterisk' | 'freeswitch';

/**
 * Reads one file, our journal or a log of a PBX, and tells what it holds as records of the
 * journal. What kind it is says its first line that is of any. A log's registrations are those
 * that answered their challenge lately. Throws ReplayError.
 */
export async function readHistory(
  path: string,
  on: {
    record(record: JournalRecord): void;
    progressed?(bytes: number): void;
    readonly counts: HistoryCounts;
  },
): Promise<void> {
  const { counts } = on;
  const { changedAt } = await aboutFile(path);
  const clock = logClock(changedAt);
  const registered = recentRegistrations((record) => on.record(record));
  let kind: FileKind | undefined;

  const refuse = (why: Refusal): void => {
    counts.refused[why] = (counts.refused[why] ?? 0) + 1;
  };
  const listener = {
    refused: refuse,
    believed(news: Believed) {
      counts.events++;
      if ('registered' in news) registered.answered(news.registered);
      else {
        registered.passed(news.event.seenAt);
        on.record({ record: 'event', at: news.event.seenAt, event: news.event });
      }
    },
  };
  const doubts = {
    asterisk: createDoubt(LARGEST.asterisk, listener),
    freeswitch: createDoubt(LARGEST.freeswitch, listener),
  };

  await readLines(path, {
    line(text, tooLong) {
      counts.lines++;
      if (tooLong) return refuse('too-long');
      kind ??= kindOf(text);
      if (kind === undefined) return;
      counts.kinds.add(kind);
      const bytes = text.length + 1;
      if (kind === 'asterisk') doubts.asterisk.take(asteriskNews(text, PBX, clock), bytes);
      else if (kind === 'freeswitch')
        doubts.freeswitch.take(freeswitchNews(text, PBX, clock), bytes);
      else if (text !== '') {
        const record = journalRecord(text);
        if (record === undefined) return refuse('not-journal');
        if (record.record === 'event') counts.events++;
        on.record(record);
      }
    },
    read: (bytes) => on.progressed?.(bytes),
  });
  doubts.asterisk.end();
  doubts.freeswitch.end();
}

export function newCounts(): HistoryCounts {
  return { lines: 0, events: 0, refused: {}, kinds: new Set() };
}

/**
 * Most bytes that one request can put into a log. Of an account chan_sip keeps 256 characters, of
 * an extension Asterisk keeps 80: this is far above. FreeSWITCH is taken to write whole packets.
 */
const LARGEST = { asterisk: 4096, freeswitch: 65_536 };

/** A log does not name the PBX that it is of. */
const PBX = 'log';
/** A phone registers again within the hour, mostly far sooner (RFC 3261 §10.2.1.1). */
const REGISTRATION_MS = 3_600_000;
const MOST_REGISTRATIONS = 100_000;

function kindOf(line: string): FileKind | undefined {
  if (line.startsWith('{')) return 'journal';
  if (/^(?:[0-9a-f-]{36} )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} /.test(line)) return 'freeswitch';
  return /^(?:\[[^\]]{8,40}\] |(?:<\d+>)?(?:[A-Z][a-z]{2} [ \d]\d|\d{4}-\d\d-\d\dT)\S* .*asterisk)/.test(
    line,
  )
    ? 'asterisk'
    : undefined;
}

/** Keeps the registrations that a log speaks of: who answered a challenge within the hour. */
function recentRegistrations(tell: (record: JournalRecord) => void) {
  const until = new Map<string, { account: string; address: string; until: number }>();
  const publish = (at: number): void => {
    const live = [...until.values()].map(({ account, address }) => ({ account, address }));
    tell({ record: 'registrations', at, pbx: PBX, live });
  };
  return {
    answered(news: { account: string; address: string; seenAt: number }) {
      const { account, address, seenAt } = news;
      const key = `${account}\n${address}`;
      const known = until.delete(key);
      if (!known && until.size >= MOST_REGISTRATIONS) return;
      until.set(key, { account, address, until: seenAt + REGISTRATION_MS });
      if (!known) publish(seenAt);
    },
    /** The oldest come first: a renewed one was put at the end. */
    passed(at: number) {
      let gone = false;
      for (const [key, one] of until) {
        if (one.until > at) break;
        until.delete(key);
        gone = true;
      }
      if (gone) publish(at);
    },
  };
}
