import type { JournalRecord } from '../judge/journal.ts';
import type { Policy } from '../policy/policy.ts';
import type { Court } from './court.ts';
import { createCourt } from './court.ts';
import type { Differences } from './difference.ts';
import { createComparing } from './difference.ts';
import type { HistoryCounts } from './history.ts';
import { newCounts, readHistory } from './history.ts';
import type { Tally, Tallying } from './tally.ts';
import { createGoodness, createTallying } from './tally.ts';

export interface Replayed {
  readonly counts: HistoryCounts;
  readonly tally: Tally;
  /** With a second policy. */
  readonly against?: { readonly tally: Tally; readonly differences: Differences };
}

/** A policy and the addresses that its trunks' names have now; a journal tells those of its time. */
export interface Tried {
  readonly policy: Policy;
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

/**
 * Runs the judge over files, in their order; a second one beside it over the same records.
 * Throws ReplayError when a file cannot be read.
 * @param progressed bytes of all files read so far, as they lie on the disk
 */
export async function replay(
  files: readonly string[],
  one: Tried,
  other?: Tried,
  progressed?: (bytes: number) => void,
): Promise<Replayed> {
  const counts = newCounts();
  const bench = createBench([one, ...(other === undefined ? [] : [other])]);
  let before = 0;
  let within = 0;
  for (const file of files) {
    await readHistory(file, {
      counts,
      record: (record) => bench.take(record),
      progressed(bytes) {
        within = bytes;
        progressed?.(before + bytes);
      },
    });
    before += within;
    within = 0;
  }
  const [tally, second] = bench.tallies();
  if (tally === undefined) throw new Error('there is no policy');
  if (second === undefined) return { counts, tally };
  return { counts, tally, against: { tally: second, differences: bench.differences() } };
}

export interface Bench {
  take(record: JournalRecord): void;
  tallies(): readonly Tally[];
  differences(): Differences;
}

/** One or two courts over one stream of records. */
export function createBench(tried: readonly Tried[]): Bench {
  const seats = tried.map(({ policy, hosts }): { court: Court; tallying: Tallying } => {
    return { court: createCourt(policy, hosts), tallying: createTallying() };
  });
  const goodness = createGoodness(tried[0]?.policy.jail.ipv6PrefixBits ?? 64);
  const comparing = createComparing();

  return {
    take(record) {
      const judgements = seats.map(({ court }) => court.take(record));
      if (record.record !== 'event') return;
      const given = judgements.filter((judgement) => judgement !== undefined);
      const [one, other] = given;
      if (one === undefined) return;
      const live = seats[0]?.court.world.registrations ?? new Map();
      const was = goodness.of(record, given, live);
      for (const [at, judgement] of given.entries()) seats[at]?.tallying.note(judgement, was);
      if (other !== undefined) comparing.note(one, other);
    },
    tallies: () => seats.map(({ tallying }) => tallying.tally()),
    differences: () => comparing.differences(),
  };
}
