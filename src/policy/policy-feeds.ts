/** What being listed means: refused for that alone, or half as many hits are enough. */
export type ListingUse = 'deny' | 'evidence';

/** A list of addresses and prefixes that somebody keeps. */
export interface FeedPolicy {
  readonly name: string;
  readonly from: { readonly file: string } | { readonly url: string };
  /** Undefined: guessed from what it holds. */
  readonly format: 'plain' | 'csv' | 'json' | undefined;
  /** Name or number (from 1) of the column, or the key, that holds the address. */
  readonly column: string | undefined;
  /** How often the URL is asked; a file is looked at each minute. */
  readonly everySeconds: number;
  readonly use: ListingUse;
  /** A list with more lines than this is refused. */
  readonly maxEntries: number;
}

/** The user's own MMDB files, and what is made of the countries and networks they tell. */
export interface GeoPolicy {
  readonly countryFile: string | undefined;
  readonly asnFile: string | undefined;
  readonly deny: GeoPlaces;
  readonly evidence: GeoPlaces;
}

export interface GeoPlaces {
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  /** Every country but these; empty: none is meant. */
  readonly allCountriesBut: readonly string[];
  /** Numbers of autonomous systems. */
  readonly asns: readonly number[];
}
