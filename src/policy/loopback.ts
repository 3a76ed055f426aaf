import { parseAddress } from '../event/source.ts';

/** Reports whether packets to this host never leave the machine. Names other than `localhost` may. */
export function isLoopback(host: string): boolean {
  const address = parseAddress(host);
  if (address === undefined) return host.toLowerCase() === 'localhost';
  return address === '::1' || address.startsWith('127.');
}
