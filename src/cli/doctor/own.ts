import { networkInterfaces } from 'node:os';
import { prefixTable } from '../../event/network.ts';
import { parseAddress } from '../../event/source.ts';
import { isLoopback } from '../../policy/loopback.ts';

/** Reports whether an address is this machine's: a canary goes nowhere else. */
export function ownAddress(): (address: string) => boolean {
  const own = prefixTable<true>();
  for (const { address } of Object.values(networkInterfaces()).flatMap((each) => each ?? [])) {
    const parsed = parseAddress(address.split('%', 1)[0] ?? '');
    if (parsed !== undefined) own.add(parsed, true);
  }
  return (address) => isLoopback(address) || own.match(address) === true;
}
