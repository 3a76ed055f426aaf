import type { Keeper } from '../enforce/keeper.ts';
import { stepsMs } from '../judge/jail-time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';
import type { FreeKnown } from './free-known.ts';
import type { Ledger } from './ledger.ts';
import type { LockdownKeeper } from './lockdown.ts';
import type { Log } from './log.ts';
import type { Surroundings } from './surroundings.ts';

export interface TickerParts {
  readonly policy: () => Policy;
  readonly keeper: () => Keeper;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly surroundings: Surroundings;
  readonly lockdown: Pick<LockdownKeeper, 'tick'>;
  readonly log: Log;
  readonly freeKnown: FreeKnown;
  readonly now: () => number;
}

/** How often the enforcers are compared with the ledger, when that is quickly done. */
const TICK_MS = 5000;
/** A tick over 100,000 bans keeps nft busy for seconds: it may take this share of the time. */
const MOST_OF_TIME = 1 / 20;
const PRUNE_MS = 3_600_000;

/** The safety net: ends what is over, heals what drifted. Returns the function that stops it. */
export function startTicker(parts: TickerParts): () => void {
  const { ledger, store, surroundings, log } = parts;
  let prunedAt = 0;
  let stopped = false;

  const tick = async (): Promise<void> => {
    const now = parts.now();
    surroundings.refresh(now);
    for (const ban of ledger.expire(now)) {
      log.info({ event: 'expired', target: ban.target, rule: ban.rule }, 'ban expired');
    }
    await parts.freeKnown();
    await parts.keeper().tick();
    await parts.lockdown.tick();
    if (now - prunedAt < PRUNE_MS) return;
    prunedAt = now;
    const { store: kept, jail } = parts.policy();
    const bansMs = Math.max(kept.keepSeconds * 1000, stepsMs(jail));
    store.prune(now - kept.keepSeconds * 1000, now - bansMs);
  };

  let timer: NodeJS.Timeout | undefined;
  const again = (afterMs: number): void => {
    timer = setTimeout(() => {
      const startedAt = performance.now();
      void tick()
        .catch((error: unknown) => log.error({ err: error }, 'this tick was not finished'))
        .finally(() => {
          if (!stopped) again(Math.max(TICK_MS, (performance.now() - startedAt) / MOST_OF_TIME));
        });
    }, afterMs);
  };
  again(TICK_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
