import { createStandings } from '../judge/standings.ts';
import type { Policy } from '../policy/policy.ts';
import { openStore } from '../store/sqlite.ts';
import { createMetrics } from '../web/metrics.ts';
import { createJournaling } from './journaling.ts';
import { createLedger } from './ledger.ts';
import type { Log } from './log.ts';
import { faultTeller } from './log.ts';
import { createNotices } from './notices.ts';
import { createTelling } from './telling.ts';

export interface RecordsParts {
  readonly policy: () => Policy;
  /** The machine's own networks. */
  readonly own: () => readonly string[];
  /** Other sites share the process: its own figures are told once, elsewhere. */
  readonly isShared: boolean;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * What the daemon remembers and tells: nothing here acts on anything.
 * Throws StoreError when the store cannot be opened.
 */
export function openRecords({ policy, own, isShared, log, now }: RecordsParts) {
  const tell = faultTeller(log);
  const basics = { policy, log, now };
  const store = openStore(policy().store.path, { now, failed: tell('the store') });
  if (store.warning !== undefined) log.error({ event: 'store', why: store.warning }, 'store');
  const metrics = createMetrics(!isShared);
  const telling = createTelling({ ...basics, notices: () => notices });
  const notices = createNotices({ log, metrics, store, telling, now });
  const standings = createStandings(policy().memory.sources);
  const ledger = createLedger(store, standings, () => policy().mode === 'enforce', now());
  const journal = createJournaling({ policy, own, failed: tell('the journal'), now });
  return { store, metrics, telling, notices, standings, ledger, journal };
}
