import { join } from 'node:path';
import type { Registration, SipEvent } from '../event/sip-event.ts';
import type { JournalRecord } from '../judge/journal.ts';
import type { Ban, Verdict } from '../judge/verdict.ts';
import type { Policy } from '../policy/policy.ts';
import { JOURNAL_FOLDER, openJournal } from '../store/journal.ts';

/** Tells the journal what is judged, and all that verdicts depend on besides. */
export interface Journaling {
  readonly judged: (event: SipEvent, verdict?: Verdict) => void;
  registrations(pbx: string, live: readonly Registration[]): void;
  trunks(addresses: ReadonlyMap<string, readonly string[]>): void;
  banned(ban: Ban): void;
  released(target: string, graceUntil: number): void;
  forged(address: string): void;
  started(policy: Policy): void;
  /** Records that could not be kept. */
  readonly dropped: number;
  close(): Promise<void>;
}

export function createJournaling(parts: {
  readonly policy: () => Policy;
  /** Networks of the PBX machine's own. */
  readonly own: () => readonly string[];
  readonly failed: (error: unknown) => void;
  readonly now: () => number;
}): Journaling {
  const { now } = parts;
  const live = new Map<string, ReadonlyMap<string, Registration>>();
  let trunks: Readonly<Record<string, readonly string[]>> = {};
  const journal = openJournal(join(parts.policy().store.path, JOURNAL_FOLDER), {
    limits: () => parts.policy().capture,
    // The world as it is, so that each file can be replayed by itself.
    preamble: () => [
      { record: 'own', at: now(), networks: parts.own() },
      { record: 'trunks', at: now(), addresses: trunks },
      ...[...live].map(([pbx, registered]): JournalRecord => {
        return { record: 'registrations', at: now(), pbx, live: [...registered.values()] };
      }),
    ],
    failed: parts.failed,
    now,
  });
  const write = (record: JournalRecord): void => journal.write(record);

  return {
    judged(event, verdict) {
      if (verdict === undefined) return write({ record: 'event', at: now(), event });
      const { answer, rule, why } = verdict;
      write({ record: 'event', at: now(), event, verdict: { answer, rule, why } });
    },
    // Ten thousand phones are told of again and again: only what changed is written.
    registrations(pbx, list) {
      const before = live.get(pbx);
      const after = new Map(list.map((one) => [`${one.account}\n${one.address}`, one]));
      live.set(pbx, after);
      const added = [...after].filter(([key]) => before?.has(key) !== true).map(([, one]) => one);
      const gone = [...(before ?? [])].filter(([key]) => !after.has(key)).map(([, one]) => one);
      if (added.length + gone.length === 0) return;
      write({ record: 'registrations-changed', at: now(), pbx, added, gone });
    },
    trunks(addresses) {
      trunks = Object.fromEntries(addresses);
      write({ record: 'trunks', at: now(), addresses: trunks });
    },
    banned: (ban) => write({ record: 'ban', at: now(), ban }),
    released: (target, graceUntil) => write({ record: 'released', at: now(), target, graceUntil }),
    forged: (address) => write({ record: 'forged', at: now(), address }),
    started: ({ site, mode }) => write({ record: 'start', at: now(), site, mode }),
    get dropped() {
      return journal.dropped;
    },
    close: async () => await journal.close(),
  };
}
