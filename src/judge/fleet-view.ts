/**
 * How the sites of a fleet are, as the fleet page and its API show it. Times are milliseconds since
 * the epoch. Every text of a site is that site's own word: a stolen one says what it likes.
 */
export interface FleetView {
  /** When the page began to look. */
  readonly since: number;
  readonly now: number;
  /** The connection to NATS, and whether everything kept there has been read. */
  readonly link: {
    readonly state: 'connecting' | 'up';
    readonly since: number;
    readonly problem?: string;
  };
  readonly isCaughtUp: boolean;
  readonly totals: FleetTotals;
  /** Worst first. */
  readonly sites: readonly SiteRow[];
}

export interface FleetTotals {
  /** Those that belong to the fleet: revoked ones do not. */
  readonly sites: number;
  readonly ok: number;
  readonly late: number;
  readonly silent: number;
  readonly never: number;
  readonly revoked: number;
  /** Sites with something to put right. */
  readonly troubled: number;
  /** Sites with a PBX that is not reached. */
  readonly linkDown: number;
  readonly hour: Counts;
  /** Sources that at least one site tells of now. */
  readonly sources: number;
}

/** How often each happened. */
export interface Counts {
  /** Ghost calls rejected; what observe mode only judged is not among them. */
  readonly stopped: number;
  /** Good calls of known sources. */
  readonly good: number;
  /** Of the stopped: a phone had rung. */
  readonly rang: number;
  readonly bans: number;
}
export type Count = keyof Counts;

/** ok: heard. late: one report is missing. silent: more are. never: not heard since it was added. */
export type SiteState = 'ok' | 'late' | 'silent' | 'never' | 'revoked';

export interface SiteRow {
  readonly site: string;
  readonly state: SiteState;
  /** When its last report reached NATS. */
  readonly heardAt?: number;
  readonly mode: string;
  readonly version: string;
  /** Older than the newest of the fleet. */
  readonly isOld: boolean;
  readonly pbxs: readonly PbxLine[];
  /** In the last hour, as far as it was watched; absent until two reports were heard. */
  readonly hour?: Counts;
  /** In force there. */
  readonly bans: number;
  /** What it has to tell and could not yet. */
  readonly unsent: number;
  readonly notices: number;
  readonly policy?: PublishedPolicy;
  /** How bad its state, or the worst of its troubles, is; 0: all is well. */
  readonly rank: number;
  /** What to put right besides its state, worst first. */
  readonly troubles: readonly Trouble[];
}

export interface PbxLine {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly since: number;
}

/** Which policy of the operator's lies under that of a site, where one does. */
export interface PublishedPolicy {
  readonly ring: string;
  /** 0: none yet. */
  readonly version: number;
  /** A later one that it did not take. */
  readonly refused?: { readonly version: number; readonly why: string };
  /** One that it took and gave up again. */
  readonly rolledBack?: { readonly version: number; readonly why: string };
}

/** The same as a site itself tells it: what it made of what the operator publishes. */
export interface SitePolicy extends PublishedPolicy {
  /** When it was taken. */
  readonly takenAt: number;
  /** Good calls of the last hour, to compare sites by. */
  readonly goodLastHour: number;
}

export interface Trouble {
  readonly tone: 'bad' | 'watch';
  readonly text: string;
}

/** One site in full. */
export interface SiteView {
  readonly row: SiteRow;
  /** Since the site started. */
  readonly startedAt?: number;
  readonly sources?: number;
  readonly verdicts?: Readonly<Record<'pass' | 'watch' | 'reject' | 'ban', number>>;
  readonly calls?: Readonly<Record<'judged' | 'good' | 'rejected' | 'rang', number>>;
  readonly breaker?: { readonly refused: number; readonly overBudget: number };
  readonly notices: readonly string[];
  readonly revokedBecause?: string;
  readonly past: SitePast;
  /** What it says of sources now, newest first. */
  readonly told: readonly Told[];
  /** How many it says something of, as far as they are kept. */
  readonly toldInAll: number;
  /** What others say now, newest first. */
  readonly others: readonly Told[];
}

/** What happened at a site, a step for each value; null where nothing was heard of the time. */
export interface SitePast {
  readonly since: number;
  readonly stepMs: number;
  readonly steps: Readonly<Record<Count, readonly (number | null)[]>>;
}

export interface Told {
  readonly site: string;
  readonly target: string;
  readonly rule: string;
  readonly proof: 'proven' | 'forgeable';
  readonly at: number;
  readonly until: number;
  /** Other sites that say it as well. */
  readonly alsoBy: readonly string[];
}
