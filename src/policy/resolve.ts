import type { PrefixTable } from '../event/network.ts';
import { prefixTable } from '../event/network.ts';
import { trunkDns } from './dns.ts';
import type { KnownAddresses } from './known-addresses.ts';
import { foldAnswer, nextLookMs } from './known-addresses.ts';
import type { TrunkDns } from './lookup.ts';
import { lookUp } from './lookup.ts';
import type { TrunkPolicy } from './policy-trunks.ts';

export interface TrunkResolverListener {
  /** The addresses in force changed; the whole map, by host, comes with each change. */
  changed(addressesByHost: ReadonlyMap<string, readonly string[]>): void;
  /** DNS answered for this host: what is in force for it now, to be remembered. */
  resolved(host: string, addresses: readonly string[]): void;
  /** Nothing was found; what was in force stays. The message says whose fault it is. */
  failed(host: string, error: Error): void;
}

export interface TrunkResolver {
  /** Addresses in force, by host. */
  addresses(): ReadonlyMap<string, readonly string[]>;
  /** Asks for every host at once; resolves when all were answered or failed. */
  refresh(): Promise<void>;
  close(): void;
}

/**
 * Follows the DNS names of the trunks: asks at once, then again by their time to live.
 * @param lastGood by host, the answers that were in force before; they are until others come
 * @param now milliseconds since the epoch
 */
export function trunkResolver(parts: {
  readonly trunks: readonly TrunkPolicy[];
  readonly lastGood: ReadonlyMap<string, readonly string[]>;
  readonly resolver?: TrunkDns;
  /** Runs a step later and returns how to call that off; the runtime's timers when left out. */
  readonly later?: (step: () => void, ms: number) => () => void;
  now(): number;
  readonly on: TrunkResolverListener;
}): TrunkResolver {
  const { on, later = timer } = parts;
  const dns = parts.resolver ?? trunkDns();
  const hosts = new Set(parts.trunks.flatMap((trunk) => trunk.hosts));
  const known = new Map<string, KnownAddresses>();
  for (const host of hosts) {
    known.set(host, new Map(parts.lastGood.get(host)?.map((address) => [address, undefined])));
  }
  const callOff = new Map<string, () => void>();
  const looking = new Map<string, Promise<void>>();
  let closed = false;

  const addresses = (): Map<string, string[]> => {
    const named = [...known].filter(([, inForce]) => inForce.size > 0);
    return new Map(named.map(([host, inForce]) => [host, [...inForce.keys()]]));
  };

  const look = async (host: string): Promise<void> => {
    const answer = await lookUp(dns, host);
    // The calls to closed parts end here: what was cancelled says nothing about the host.
    if (closed) return;
    const before = known.get(host) ?? new Map<string, undefined>();
    const after = foldAnswer(before, answer, parts.now());
    known.set(host, after);
    callOff.get(host)?.();
    callOff.set(
      host,
      later(() => void start(host), nextLookMs(answer)),
    );
    if (answer.trouble === undefined) on.resolved(host, [...after.keys()]);
    else on.failed(host, answer.trouble);
    if (!sameKeys(before, after)) on.changed(addresses());
  };

  /** One question at a time for each host. */
  const start = (host: string): Promise<void> => {
    const underway = looking.get(host) ?? look(host).finally(() => looking.delete(host));
    looking.set(host, underway);
    return underway;
  };

  const refresh = async (): Promise<void> => {
    await Promise.all([...hosts].map((host) => start(host)));
  };
  void refresh();

  return {
    addresses,
    refresh,
    close() {
      closed = true;
      for (const stop of callOff.values()) stop();
      dns.cancel();
    },
  };
}

/** Every address of every trunk: those the policy names and those its host names stand for. */
export function buildTrunkTable(
  trunks: readonly TrunkPolicy[],
  addressesByHost: ReadonlyMap<string, readonly string[]>,
): PrefixTable<TrunkPolicy> {
  const table = prefixTable<TrunkPolicy>();
  for (const trunk of trunks) {
    for (const host of trunk.hosts) {
      for (const address of addressesByHost.get(host) ?? []) table.add(address, trunk);
    }
  }
  // Addresses come after names: where two trunks share one, the policy's own word stands.
  for (const trunk of trunks) for (const network of trunk.networks) table.add(network, trunk);
  return table;
}

function timer(step: () => void, ms: number): () => void {
  const timeout = setTimeout(step, ms).unref();
  return () => clearTimeout(timeout);
}

function sameKeys(one: KnownAddresses, other: KnownAddresses): boolean {
  return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}
