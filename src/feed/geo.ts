import { LRUCache } from 'lru-cache';
import type { GeoPlaces, GeoPolicy } from '../policy/policy-feeds.ts';
import { FeedError } from './feed-error.ts';
import type { Mmdb, Place } from './mmdb.ts';

/** Country and network of addresses, by the files that can be read now. */
export interface Geo {
  readonly denies: (address: string) => string | undefined;
  readonly suspects: (address: string) => string | undefined;
  readonly place: (address: string) => string | undefined;
}

/** One file that the policy names. */
export interface GeoFile {
  readonly what: 'country' | 'asn';
  readonly path: string;
  mmdb?: Mmdb;
  stamp?: string;
  problem?: string;
}

export function geoFiles(policy: GeoPolicy | undefined): GeoFile[] {
  const { countryFile, asnFile } = policy ?? {};
  return [
    ...(countryFile === undefined ? [] : [{ what: 'country' as const, path: countryFile }]),
    ...(asnFile === undefined ? [] : [{ what: 'asn' as const, path: asnFile }]),
  ];
}

/** Reads the file again when it changed; what cannot be read leaves the last good one in force. */
export async function lookAgain(file: GeoFile): Promise<boolean> {
  try {
    // Loaded by those alone who have such a file.
    const { openMmdb, stampOfFile } = await import('./mmdb.ts');
    const stamp = await stampOfFile(file.path);
    if (stamp === file.stamp) return false;
    file.stamp = stamp;
    file.mmdb = await openMmdb(file.path);
    delete file.problem;
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    file.problem = error instanceof FeedError ? `${why}. ${error.hint}` : why;
    return false;
  }
}

/** What the files that are in memory make of an address. */
export function geoOf(policy: GeoPolicy, files: readonly GeoFile[]): Geo {
  const known = new LRUCache<string, Place>({ max: PLACES_KEPT });
  const placeOf = (address: string): Place => {
    const kept = known.get(address);
    if (kept !== undefined) return kept;
    const place = Object.assign({}, ...files.map(({ mmdb }) => mmdb?.place(address)));
    known.set(address, place);
    return place;
  };
  return {
    denies: (address) => matched(placeOf(address), policy.deny),
    suspects: (address) => matched(placeOf(address), policy.evidence),
    place(address) {
      const { country, ...network } = placeOf(address);
      const words = [
        ...(country === undefined ? [] : [`country ${country}`]),
        ...(network.asn === undefined ? [] : [networkWords(network)]),
      ];
      return words.length === 0 ? undefined : words.join(', ');
    },
  };
}

const PLACES_KEPT = 4096;

function matched(place: Place, { countries, allCountriesBut, asns }: GeoPlaces) {
  const { country, asn } = place;
  if (country !== undefined) {
    if (countries.includes(country)) return `is in country ${country}`;
    if (allCountriesBut.length > 0 && !allCountriesBut.includes(country)) {
      return `is in country ${country}, none of ${allCountriesBut.join(', ')}`;
    }
  }
  return asn !== undefined && asns.includes(asn) ? `belongs to ${networkWords(place)}` : undefined;
}

function networkWords({ asn, owner = '' }: Place): string {
  return owner === '' ? `AS${asn}` : `AS${asn} (${owner})`;
}
