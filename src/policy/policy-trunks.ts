export interface TrunkPolicy {
  readonly name: string;
  /** Canonical addresses and prefixes. */
  readonly networks: readonly string[];
  /** DNS names (SRV, A, AAAA), resolved again by their TTL. */
  readonly hosts: readonly string[];
  readonly junkCallerId: 'reject' | 'pass';
  /** Rules for the caller IDs of this trunk alone; undefined when the policy has none. */
  readonly callerId?: TrunkCallerId;
}

/** What one trunk's callers may show. Patterns are RE2, see pattern.ts. */
export interface TrunkCallerId {
  /** Junk on this trunk, beside that of the rule junk-caller-id. */
  readonly numbers: readonly string[];
  readonly names: readonly string[];
  readonly patterns: readonly string[];
  /** A number that is shown must fit one of these; none: any may be shown. */
  readonly allowed: readonly string[];
  readonly anonymous: 'pass' | 'watch' | 'reject';
}
