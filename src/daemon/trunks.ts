import { setTimeout } from 'node:timers/promises';
import type { Policy } from '../policy/policy.ts';
import type { TrunkResolver } from '../policy/resolve.ts';
import { trunkResolver } from '../policy/resolve.ts';
import type { Store } from '../store/store.ts';
import type { Log } from './log.ts';

/** Follows the DNS names of the policy's trunks and remembers their last good answers. */
export interface Trunks {
  /** Resolves when each name was answered for, or after FIRST_ANSWER_MS. */
  readonly policy: (policy: Policy) => Promise<void>;
  /** The trouble with a host name, by host. */
  readonly problems: ReadonlyMap<string, string>;
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  close(): void;
}

/** How long a slow DNS may hold up the guarding of the PBX. */
const FIRST_ANSWER_MS = 3000;

export function createTrunks(parts: {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => number;
  readonly changed: (addressesByHost: ReadonlyMap<string, readonly string[]>) => void;
}): Trunks {
  const { store, log } = parts;
  const problems = new Map<string, string>();
  let addresses: ReadonlyMap<string, readonly string[]> = store.trunkAddresses();
  let resolver: TrunkResolver | undefined;

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
      const answered = resolver.refresh();
      await Promise.race([answered, setTimeout(FIRST_ANSWER_MS, undefined, { ref: false })]);
    },
    problems,
    get addresses() {
      return addresses;
    },
    close: () => resolver?.close(),
  };
}
