import type { SipEvent } from '../event/sip-event.ts';
import type { Verdict } from './verdict.ts';

/** What feeds and GeoIP say of an address. Lookups alone: who keeps the lists is no matter here. */
export interface Listings {
  /**
   * Why the policy denies this address, as what follows it in a sentence: `is listed in feed
   * blocklist`, `is in country KP`. Undefined when nothing does.
   */
  readonly denies: (address: string) => string | undefined;
  /** The same where it only counts as evidence beside what a rule saw. */
  readonly suspects: (address: string) => string | undefined;
  /** What the MMDB files tell of it, in words: `country NL, AS64496 (Example Hosting)`. */
  readonly place: (address: string) => string | undefined;
}

/** How many hits of a rule are enough: half as many where the address is under suspicion. */
export function neededHits(limit: number, address: string, listings: Listings | undefined): number {
  if (listings === undefined || limit === 1) return limit;
  return listings.suspects(address) === undefined ? limit : Math.ceil(limit / 2);
}

/** The verdict with the suspicion told beside its reason. Alone it decides nothing. */
export function withEvidence(verdict: Verdict, { source }: SipEvent, listings: Listings): Verdict {
  if (verdict.answer === 'pass') return verdict;
  const suspicion = listings.suspects(source.address);
  if (suspicion === undefined) return verdict;
  return { ...verdict, why: `${verdict.why}; ${source.address} ${suspicion}` };
}

/** What lists and GeoIP know of an address, or the first of a prefix: a sentence each, for explain. */
export function listingLines(asked: string, listings: Listings | undefined): string[] {
  const address = asked.split('/', 1)[0] ?? asked;
  const place = listings?.place(address);
  const denied = listings?.denies(address);
  const suspicion = listings?.suspects(address);
  return [
    ...(place === undefined ? [] : [`By GeoIP: ${place}.`]),
    ...(denied === undefined ? [] : [`${address} ${denied}, which the policy denies.`]),
    ...(suspicion === undefined
      ? []
      : [`${address} ${suspicion}: half as many hits are enough to shut it out.`]),
  ];
}
