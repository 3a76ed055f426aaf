/** How often a rule must hit, and in which time, before the source is banned. */
export interface Threshold {
  readonly hits: number;
  readonly withinSeconds: number;
}

/** The operator's own expressions, in RE2 syntax; see pattern.ts. */
export interface Patterns {
  readonly patterns: readonly string[];
}

/** A rule that the policy switched off is undefined. */
export interface RulesPolicy {
  readonly 'stranger-call': Threshold | undefined;
  readonly 'junk-caller-id':
    | (Threshold &
        Patterns & { readonly numbers: readonly string[]; readonly names: readonly string[] })
    | undefined;
  readonly 'scanner-user-agent':
    | (Threshold & Patterns & { readonly agents: readonly string[] })
    | undefined;
  readonly 'scanner-shape': (Threshold & { readonly fromHosts: readonly string[] }) | undefined;
  readonly 'dialled-junk':
    | (Threshold & Patterns & { readonly numbers: readonly string[] })
    | undefined;
  /** Different prefixes before the same last digits, dialled by whichever strangers. */
  readonly 'number-sweep':
    | { readonly prefixes: number; readonly withinSeconds: number }
    | undefined;
  /** A stranger that a feed or GeoIP denies. */
  readonly feed: Threshold | undefined;
  readonly 'bad-request': Threshold | undefined;
  readonly 'auth-failure': Threshold | undefined;
  readonly 'unknown-account': Threshold | undefined;
  readonly 'acl-denied': Threshold | undefined;
  /** Distinct accounts tried within the time. */
  readonly 'account-sweep':
    | { readonly accounts: number; readonly withinSeconds: number }
    | undefined;
  /** Distinct accounts and numbers tried in vain by one source, on so many different days. */
  readonly 'slow-scan':
    | { readonly tries: number; readonly days: number; readonly withinSeconds: number }
    | undefined;
  /** Events of any kind from one source within the time. */
  readonly flood: { readonly events: number; readonly withinSeconds: number } | undefined;
  /** The harmless magic user agent that must always be caught. */
  readonly canary: { readonly userAgent: string } | undefined;
}

export type RuleName = keyof RulesPolicy;
