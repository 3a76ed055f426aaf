import { prefixTable } from '../event/network.ts';
import type { Registration } from '../event/sip-event.ts';
import type { JournalRecord } from '../judge/journal.ts';

/** Which part of a journal is wanted. */
export interface Part {
  /** Milliseconds since the epoch; all when left out. */
  readonly since?: number;
  /** An address or prefix; all when left out. */
  readonly network?: string;
}

/**
 * Takes part of a journal that can be replayed by itself: it begins with the world as it was then,
 * for what changed before `since` still holds.
 */
export function exporter({ since, network }: Part, give: (record: JournalRecord) => void) {
  const wanted = network === undefined ? undefined : prefixTable([[network, true]]);
  const isWanted = (target: string): boolean => wanted?.overlaps(target) ?? wanted === undefined;
  const live = new Map<string, Map<string, Registration>>();
  let own: JournalRecord | undefined;
  let trunks: JournalRecord | undefined;
  let begun = since === undefined;

  const remember = (record: JournalRecord): void => {
    if (record.record === 'own') own = record;
    else if (record.record === 'trunks') trunks = record;
    else if (record.record === 'start') live.clear();
    else if (record.record === 'registrations') {
      live.set(record.pbx, new Map(record.live.map((one) => [keyOf(one), one])));
    } else if (record.record === 'registrations-changed') {
      const known = live.get(record.pbx) ?? new Map<string, Registration>();
      for (const one of record.gone) known.delete(keyOf(one));
      for (const one of record.added) known.set(keyOf(one), one);
      live.set(record.pbx, known);
    }
  };
  const begin = (at: number): void => {
    begun = true;
    for (const record of [own, trunks]) if (record !== undefined) give({ ...record, at });
    for (const [pbx, known] of live) {
      const all = [...known.values()].filter((one) => isWanted(one.address));
      give({ record: 'registrations', at, pbx, live: all });
    }
  };

  return (record: JournalRecord): void => {
    if (!begun && since !== undefined) {
      if (record.at < since) return remember(record);
      begin(record.at);
    }
    const part = partOf(record, isWanted);
    if (part !== undefined) give(part);
  };
}

function partOf(
  record: JournalRecord,
  isWanted: (target: string) => boolean,
): JournalRecord | undefined {
  const kept = (one: Registration): boolean => isWanted(one.address);
  switch (record.record) {
    case 'event':
      return isWanted(record.event.source.address) ? record : undefined;
    case 'registrations':
      return { ...record, live: record.live.filter(kept) };
    case 'registrations-changed': {
      const added = record.added.filter(kept);
      const gone = record.gone.filter(kept);
      return added.length + gone.length === 0 ? undefined : { ...record, added, gone };
    }
    case 'ban':
      return isWanted(record.ban.target) ? record : undefined;
    case 'released':
      return isWanted(record.target) ? record : undefined;
    case 'forged':
      return isWanted(record.address) ? record : undefined;
    case 'start':
    case 'trunks':
    case 'own':
    default:
      return record;
  }
}

function keyOf({ account, address }: Registration): string {
  return `${account}\n${address}`;
}
