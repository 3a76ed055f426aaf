import { isLoopback } from './loopback.ts';
import type { NotifyPolicy } from './policy-notify.ts';
import type { SshPolicy, TlsPolicy } from './policy-reach.ts';

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

/** The page, its API, and who may use them. */
export interface PagePolicy {
  readonly listen: { readonly host: string; readonly port: number } | { readonly socket: string };
  /** Host names that it may be asked by, besides localhost and addresses; lower case. */
  readonly names: readonly string[];
  /** A password as it is, or as the line that `ghostgate password` makes of it. */
  readonly users: readonly { readonly name: string; readonly password: string }[];
  readonly tokens: readonly {
    readonly name: string;
    readonly token: string;
    readonly may: 'read' | 'act';
  }[];
  readonly sessionSeconds: number;
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
}

export type PbxPolicy = AsteriskPbx | FreeswitchPbx;

export interface AsteriskPbx {
  readonly name: string;
  readonly asterisk: AsteriskPolicy;
}

export interface FreeswitchPbx {
  readonly name: string;
  readonly freeswitch: FreeswitchPolicy;
}

/** The machine on which the PBX's own interface listens: a host name or canonical address. */
export function hostOf(pbx: PbxPolicy): string {
  const { host, ssh } = 'asterisk' in pbx ? pbx.asterisk : pbx.freeswitch;
  // Behind SSH a loopback address is the other machine's.
  return ssh !== undefined && isLoopback(host) ? ssh.host : host;
}

export interface FreeswitchPolicy {
  readonly host: string;
  /** Port of the event socket. */
  readonly port: number;
  /** Read from the file or the environment at load; never logged. */
  readonly password: string;
  /** Where to reach it from; undefined: from here. */
  readonly ssh?: SshPolicy | undefined;
  /** The event socket in clear text to another machine: only when the policy says so. */
  readonly allowClearTextOverNetwork: boolean;
}

export interface AsteriskPolicy {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** Read from the file or the environment at load; never logged. */
  readonly secret: string;
  /** False: in clear text. */
  readonly tls: boolean | TlsPolicy;
  /** Where to reach it from; undefined: from here. */
  readonly ssh?: SshPolicy | undefined;
  /** AMI in clear text to another machine: only when the policy says so. */
  readonly allowClearTextOverNetwork: boolean;
  /**
   * Value of the global GHOSTGATE_TOKEN that `channelvars` prints in every genuine channel
   * event; a Newchannel without it is refused as forged. Undefined: not checked.
   */
  readonly channelToken: string | undefined;
}

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

/** The step in the dialplan where a call of a stranger waits for its verdict. */
export interface GatePolicy {
  readonly enabled: boolean;
  /** What the PBX does with strangers while nobody judges. */
  readonly whenAway: 'trusted_only' | 'pass';
  /** How long what the PBX was told holds without us. */
  readonly trustForSeconds: number;
}

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

/** How this site tells others what it proved, and what it makes of what they tell. */
export interface FleetPolicy {
  /** `tls://host:port`, tried in turn. */
  readonly servers: readonly string[];
  /** Seed of the site's key, read at load; never logged. It opens NATS and signs notices. */
  readonly seed: string;
  readonly caFile: string | undefined;
  /** Public key of who may order unbans, the allow list and who belongs to the fleet. */
  readonly operator: string;
  /** Tell this site's own bans. */
  readonly share: boolean;
  readonly accept: {
    /** Different sites that must say it: on proven evidence, on evidence that can be forged. */
    readonly provenFrom: number;
    readonly forgeableFrom: number;
    /** Above it bans are cut to the first step of quarantine. */
    readonly bansPerMinute: number;
    /** Notices of one site taken in a minute. */
    readonly sitePerMinute: number;
  };
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

export type EnforcerPolicy =
  | { readonly kind: 'observe' }
  | {
      readonly kind: 'nftables';
      readonly table: string;
      /** SIP ports whose real senders are remembered against forged events. */
      readonly sipPorts: readonly number[];
      /** Whom `ghostgate lockdown` leaves in besides trunks and trusted networks. */
      readonly lockdown: { readonly registered: boolean };
    }
  | {
      readonly kind: 'asterisk-acl';
      /** Include file that Ghostgate owns. */
      readonly file: string;
      /** Name of the ACL in it. */
      readonly acl: string;
      readonly capacity: number;
      /** PBXs (names) told to read it again. */
      readonly pbxs: readonly string[];
    }
  | {
      readonly kind: 'freeswitch-acl';
      /** Include file that Ghostgate owns, read from within acl.conf.xml's <network-lists>. */
      readonly file: string;
      /** Name of the list in it. */
      readonly list: string;
      readonly capacity: number;
      /** PBXs (names) told to read it again. */
      readonly pbxs: readonly string[];
    }
  | {
      /** The gate's own ban list in the PBX's memory; there whenever the policy has a gate. */
      readonly kind: 'asterisk-db';
      readonly capacity: number;
      /** PBXs (names) that hold it. */
      readonly pbxs: readonly string[];
    }
  | {
      /** The same for FreeSWITCH. */
      readonly kind: 'freeswitch-hash';
      readonly capacity: number;
      readonly pbxs: readonly string[];
    }
  | {
      readonly kind: 'fail2ban';
      readonly jail: string;
      readonly socket: string;
    }
  | {
      readonly kind: 'ipset';
      /** Its two sets are this name with 4 and with 6 behind it. */
      readonly set: string;
      /** Keep a rule in iptables that drops who is in them. */
      readonly rule: boolean;
    }
  | {
      readonly kind: 'crowdsec';
      /** Of the local API, without a slash at its end. */
      readonly url: string;
      readonly machine: string;
      /** Read from the file or the environment at load; never logged. */
      readonly password: string;
    };
