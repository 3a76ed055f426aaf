import type { HeldByGate } from '../../gate.ts';
import type { TrunkProposal } from '../../trunks.ts';
import type { Dialplan } from './dialplan.ts';

/** What one live Asterisk says of itself, asked with the rights of Ghostgate's own AMI user. */
export interface AsteriskFacts {
  /** Like `Asterisk 22.10.1`; undefined when it is not told. */
  readonly version: string | undefined;
  readonly clock: Clock;
  /** Actions that the user may use; undefined when that is not told. */
  readonly actions: ReadonlySet<string> | undefined;
  /** Whether it took the event filters. */
  readonly filtered: boolean;
  /** Classes of `read` in manager.conf; empty when the user stands elsewhere. */
  readonly reads: readonly string[];
  /** `eventfilter` lines of the user in manager.conf. */
  readonly eventFilters: readonly string[];
  /** Names in `channelvars`; undefined when they cannot be seen. */
  readonly channelVariables: readonly string[] | undefined;
  /** Value of the global GHOSTGATE_TOKEN; empty when there is none. */
  readonly token: string;
  readonly gate: GateFacts;
  /** Ways by which a stranger's call comes in; undefined when they cannot be seen. */
  readonly doors: readonly Door[] | undefined;
  /** The contexts of the doors with what they lead to. */
  readonly dialplan: Dialplan;
  readonly acl: AclFacts;
  readonly drivers: { readonly pjsip: boolean; readonly sip: boolean };
  /** Where it takes SIP over UDP, as configured: `0.0.0.0:5060`. */
  readonly listens: readonly string[];
  /** Trunks that it is configured with; undefined when it does not tell. */
  readonly trunks: readonly TrunkProposal[] | undefined;
}

export interface Clock {
  /** Seconds since the epoch, rounded down, as the PBX said. */
  readonly seconds: number;
  /** When we asked and were answered, ms since the epoch by our own clock. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

export interface GateFacts {
  /** Reports whether the dialplan holds [ghostgate-gate]. */
  readonly loaded: boolean;
  /** It is one of an earlier version: it does not look up the list `checked`. */
  readonly outdated: boolean;
  /** Until when somebody judges, and until when strangers are refused otherwise: seconds, 0 for never. */
  readonly alive: number;
  readonly closed: number;
  /** What it looks up, until when each counts (s); undefined when the PBX does not tell. */
  readonly held: HeldByGate | undefined;
}

export interface Door {
  readonly driver: 'chan_pjsip' | 'chan_sip';
  /** Endpoint or peer; empty for the guests of chan_sip. */
  readonly endpoint: string;
  readonly context: string;
  /** `guests`: whoever no endpoint claims. `name`: whoever writes its name into From. `address`: whoever has a fixed address. */
  readonly by: 'guests' | 'name' | 'any-address' | 'address';
}

export interface AclFacts {
  /** The first `permit` of the ACL that was asked for; undefined when files cannot be seen. */
  readonly firstPermit: string | undefined;
  readonly deniesAll: boolean;
  /** ACLs that stand in front of chan_pjsip; undefined when that cannot be seen. */
  readonly attached: readonly string[] | undefined;
}
