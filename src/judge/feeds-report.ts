import type { ListingUse } from '../policy/policy-feeds.ts';

/** How the lists of others do: what `ghostgate feeds`, the API and the page show. Times in ms since the epoch. */
export interface FeedsReport {
  readonly feeds: readonly FeedReport[];
  readonly geo: readonly GeoReport[];
}

export interface FeedReport {
  readonly name: string;
  readonly use: ListingUse;
  /** Path or URL. */
  readonly from: string;
  /** waiting: not had yet. held: a fresh list waits for a person's word, the good one is in force. */
  readonly state: 'ok' | 'waiting' | 'held' | 'failing';
  /** In force. */
  readonly entries: number;
  /** Left out because they would cover a trunk, a trusted network or the PBX; the first are told. */
  readonly cut: number;
  readonly cutEntries: readonly { readonly network: string; readonly what: string }[];
  /** Lines that were no entries; the first are told. */
  readonly bad: number;
  readonly badLines: readonly {
    readonly line: number;
    readonly text: string;
    readonly mistake: string;
  }[];
  /** When the list in force was fetched. */
  readonly fetchedAt?: number;
  /** When its place was last asked with success. */
  readonly checkedAt?: number;
  readonly problem?: string;
  readonly held?: { readonly entries: number; readonly why: string };
}

/** An MMDB file. */
export interface GeoReport {
  readonly what: 'country' | 'asn';
  readonly file: string;
  readonly builtAt?: number;
  readonly problem?: string;
}
