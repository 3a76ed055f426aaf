import type { EnforcerPolicy } from './policy-enforce.ts';
import type { FeedPolicy, GeoPolicy } from './policy-feeds.ts';
import type { FleetPolicy } from './policy-fleet.ts';
import type { NotifyPolicy } from './policy-notify.ts';
import type { PagePolicy } from './policy-page.ts';
import type { PbxPolicy } from './policy-pbx.ts';
import type { RulesPolicy } from './policy-rules.ts';
import type { TrunkPolicy } from './policy-trunks.ts';

/** The policy as the program uses it: checked, defaults filled in, units in the names. */
export interface Policy {
  readonly site: string;
  /** Where what the fleet's operator publishes is kept, when the policy builds on it; it may not be there yet. */
  readonly baseFile?: string;
  /** observe: judge and log only; enforce: judge and act. */
  readonly mode: 'observe' | 'enforce';
  readonly pbxs: readonly PbxPolicy[];
  readonly trunks: readonly TrunkPolicy[];
  readonly trust: {
    /** Canonical networks. */
    readonly networks: readonly string[];
    /** A source with a live registration may call. */
    readonly registered: boolean;
  };
  readonly calls: {
    readonly fromStrangers: 'reject' | 'watch' | 'pass';
    /** Asterisk hang-up cause (Q.850), 1 to 127. 21 makes Asterisk answer 403. */
    readonly hangupCause: number;
    /** FreeSWITCH hang-up cause by name. CALL_REJECTED makes FreeSWITCH answer 603. */
    readonly killCause: string;
  };
  readonly gate: GatePolicy;
  /** Lists of addresses that others keep. */
  readonly feeds: readonly FeedPolicy[];
  /** What is shared with other sites; absent: nothing, and nothing of it runs. */
  readonly fleet?: FleetPolicy | undefined;
  /** What the user's own MMDB files say of an address; undefined where the policy asks none. */
  readonly geo: GeoPolicy | undefined;
  readonly rules: RulesPolicy;
  readonly jail: {
    /** Ladder for proven evidence; the last step repeats. */
    readonly timeSeconds: readonly number[];
    /** Ladder for forgeable evidence. */
    readonly quarantineSeconds: readonly number[];
    /** How long an address released by hand stays free. */
    readonly graceSeconds: number;
    /** IPv6 sources are judged and banned by prefixes of this length. */
    readonly ipv6PrefixBits: number;
    /** Quiet time that takes one step of escalation back. */
    readonly forgetSeconds: number;
  };
  readonly shield: {
    /** Distinct accounts tried within account-sweep's window that break a registered source's shield. */
    readonly accounts: number;
  };
  readonly breaker: {
    readonly bansPerMinute: number;
    /** A ban that covers an address with a good call this recent is refused. */
    readonly goodCallSeconds: number;
    /** A ban of a source with more good traffic than this within the time becomes a notice. */
    readonly goodTraffic: {
      /** Good calls, and days with a confirmed registration, each counting one. */
      readonly limit: number;
      readonly withinSeconds: number;
    };
  };
  readonly enforce: readonly EnforcerPolicy[];
  readonly memory: {
    /** Most sources whose standing is kept; the oldest quietest goes first. */
    readonly sources: number;
  };
  readonly store: {
    /** Folder of the SQLite file. */
    readonly path: string;
    /** How long verdicts are kept for explain. */
    readonly keepSeconds: number;
  };
  /** Bounds of the journal of judged events; either at 0 keeps none. */
  readonly capture: { readonly days: number; readonly megabytes: number };
  readonly control: { readonly socket: string };
  readonly metrics: { readonly listen: { host: string; port: number } | undefined };
  /** Undefined: neither page nor API is served. */
  readonly page: PagePolicy | undefined;
  readonly notify: readonly NotifyPolicy[];
  /** What reports bear. */
  readonly report: ReportPolicy;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
}

export interface ReportPolicy {
  /** Who gives the report to the customer. */
  readonly name?: string;
  /** Path of a PNG or JPEG. */
  readonly logo?: string;
}

/** The step in the dialplan where a call of a stranger waits for its verdict. */
export interface GatePolicy {
  readonly enabled: boolean;
  /** What the PBX does with strangers while nobody judges. */
  readonly whenAway: 'trusted_only' | 'pass';
  /** How long what the PBX was told holds without us. */
  readonly trustForSeconds: number;
}
