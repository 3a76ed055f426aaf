import { cleanText } from '../event/text.ts';
import { parseNetwork } from '../event/source.ts';
import { EnforceError } from './enforcer.ts';

/**
 * The last door before a place that reads text: nft looks up in DNS what is not an address, and
 * fail2ban acts on any words at all. Only canonical addresses and prefixes go through.
 * @throws EnforceError naming the first target that is neither
 */
export function checkTargets(place: string, wanted: Iterable<{ target: string }>): void {
  for (const { target } of wanted) {
    if (parseNetwork(target) === target) continue;
    throw new EnforceError(
      `${place}: not an address or prefix: "${cleanText(target, 60) ?? ''}"`,
      'Write an IPv4 address, an IPv6 address or a prefix like 2001:db8::/64.',
    );
  }
}

/** Whole seconds until a ban ends, at least one: a place refuses zero or takes it for "for ever". */
export function secondsLeft(until: number, now: number): number {
  return Math.min(Math.max(Math.ceil((until - now) / 1000), 1), MOST_SECONDS);
}

/** Ten years: beyond any ladder, and within what nft and the kernel count in. */
const MOST_SECONDS = 315_360_000;
