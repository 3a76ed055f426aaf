import { setTimeout } from 'node:timers/promises';
import type { Policy } from '../policy/policy.ts';
import type { TrunkResolver } from '../policy/resolve.ts';
import { trunkResolver } from '../policy/resolve.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../judge/world.ts';
import type { Log } from './log.ts';
import type { Notices } from './notices.ts';
import { createTrunkWatch, type TrunkWatch } from './trunk-watch.ts';

/** Follows the DNS names of the policy's trunks and remembers their last good answers. */
export interface Trunks {
  /** Resolves when each name was answered for, or after FIRST_ANSWER_MS. */
  readonly policy: (policy: Policy) => Promise<void>;
  /** The trouble with a host name, by host. */
  readonly problems: ReadonlyMap<string, string>;
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  readonly watch: TrunkWatch;
  close(): void;
}

/** How long a slow DNS may hold up the guarding of the PBX. */
const FIRST_ANSWER_MS = 3000;

export function createTrunks(parts: {
  readonly policy: () => Policy;
  readonly world: () => World;
  readonly notices: Pick<Notices, 'tell' | 'settle'>;
  readonly store: Store;
  readonly log: Log;
  readonly now: () => number;
  readonly changed: (addressesByHost: ReadonlyMap<string, readonly string[]>) => void;
}): Trunks {
  const { store, log } = parts;
  const problems = new Map<string, string>();
  let addresses: ReadonlyMap<string, readonly string[]> = store.trunkAddresses();
  let resolver: TrunkResolver | undefined;
  const { policy, world, notices } = parts;
  const watch = createTrunkWatch({ policy, world, addressesByHost: () => addresses, notices });

  return {
    async policy({ trunks }) {
      resolver?.close();
      problems.clear();
      resolver = trunkResolver({
        trunks,
        lastGood: store.trunkAddresses(),
        now: parts.now,
        on: {
          changed(addressesByHost) {
            addresses = addressesByHost;
            parts.changed(addressesByHost);
            watch.changed();
          },
          resolved(host, found) {
            problems.delete(host);
            store.putTrunkAddresses(host, found, parts.now());
          },
          failed(host, error) {
            const why = error.message;
            if (problems.get(host) === why) return;
            problems.set(host, why);
            log.error({ event: 'trunk-dns', host, why }, 'the last good answer stays in force');
          },
        },
      });
      watch.changed();
      const answered = resolver.refresh();
      await Promise.race([answered, setTimeout(FIRST_ANSWER_MS, undefined, { ref: false })]);
    },
    problems,
    watch,
    get addresses() {
      return addresses;
    },
    close() {
      resolver?.close();
      watch.close();
    },
  };
}
