import { Resolver } from 'node:dns/promises';
import type { TrunkDns } from './lookup.ts';

/**
 * DNS without a memory: a Resolver for each question. The c-ares that Debian's own Node is linked
 * with remembers answers by itself, for as long as an hour, and a carrier's new address would be
 * a stranger's meanwhile.
 * @param servers as of Resolver.setServers; the system's when left out
 */
export function trunkDns(
  options: { readonly timeout?: number; readonly tries?: number } = {},
  servers?: readonly string[],
): TrunkDns {
  const asking = new Set<Resolver>();
  const ask = async <T>(question: (resolver: Resolver) => Promise<T>): Promise<T> => {
    const resolver = new Resolver({ timeout: 2000, tries: 2, ...options });
    if (servers !== undefined) resolver.setServers(servers);
    asking.add(resolver);
    try {
      return await question(resolver);
    } finally {
      asking.delete(resolver);
    }
  };
  return {
    resolveSrv: (name) => ask((resolver) => resolver.resolveSrv(name)),
    resolve4: (name, ttl) => ask((resolver) => resolver.resolve4(name, ttl)),
    resolve6: (name, ttl) => ask((resolver) => resolver.resolve6(name, ttl)),
    cancel() {
      for (const resolver of asking) resolver.cancel();
    },
  };
}
