import type { JournalRecord } from '../../src/judge/journal.ts';
import type { HistoryCounts } from '../../src/replay/history.ts';
import { newCounts, readHistory } from '../../src/replay/history.ts';

/** Everything a file holds. */
export async function collect(
  path: string,
): Promise<{ records: JournalRecord[]; counts: HistoryCounts }> {
  const records: JournalRecord[] = [];
  const counts = newCounts();
  await readHistory(path, { counts, record: (record) => void records.push(record) });
  return { records, counts };
}
