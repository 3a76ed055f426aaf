/** Could one packet with a false sender have caused this event? See design: "Proof". */
export type Proof = 'proven' | 'forgeable';

export type Transport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss' | 'unknown';

/** The address a packet came from, as the PBX saw it. */
export interface Source {
  /** Canonical text of an IPv4 or IPv6 address; v4-mapped IPv6 is written as IPv4. */
  readonly address: string;
  /** 0 when the PBX does not tell. */
  readonly port: number;
  readonly transport: Transport;
}

/**
 * What every event carries. All but `pbx`, `seenAt`, `source` and `proof` is chosen by the
 * sender: it is data, bounded in length, and holds no control characters.
 */
interface Facts {
  /** Name of the PBX in the policy. */
  readonly pbx: string;
  /** Milliseconds since the epoch, when the event reached us. */
  readonly seenAt: number;
  readonly source: Source;
  readonly proof: Proof;
  /** The user name offered for authentication. */
  readonly account?: string;
  /** A configured phone or user of the PBX. */
  readonly endpoint?: string;
  readonly callingNumber?: string;
  readonly callingName?: string;
  readonly calledNumber?: string;
  readonly userAgent?: string;
  /** Host and tag of the From header, where the PBX tells them. */
  readonly fromHost?: string;
  readonly fromTag?: string;
  /** SIP Call-ID. */
  readonly callId?: string;
  /** The PBX's own handle for the call: Asterisk channel name, FreeSWITCH UUID. */
  readonly channel?: string;
  /** Port of the PBX that the packet came to, as the PBX tells it. */
  readonly localPort?: number;
  /** Dialplan context or SIP profile. */
  readonly context?: string;
}

export interface CallEvent extends Facts {
  readonly kind: 'call';
  readonly channel: string;
  /** True when the PBX let the call in only after this endpoint answered its challenge. */
  readonly authenticated?: boolean;
  /** True when caller ID or called number held control characters: a forged-event attempt. */
  readonly injected?: boolean;
}

export interface CallEndedEvent extends Facts {
  readonly kind: 'call-ended';
  readonly channel: string;
  /** True when the PBX had sent the call on to a phone before it ended. */
  readonly rang: boolean;
}

export interface PlainEvent extends Facts {
  readonly kind: (typeof PLAIN_KINDS)[number];
}

/** Kinds of events that are no calls. */
export const PLAIN_KINDS = [
  'registered',
  'unregistered',
  'challenged',
  'auth-failure',
  'unknown-account',
  'acl-denied',
  'bad-request',
] as const;

export type SipEvent = CallEvent | CallEndedEvent | PlainEvent;
export type EventKind = SipEvent['kind'];

/** A live registration, as the PBX itself answered when asked. */
export interface Registration {
  readonly account: string;
  /** Canonical address the contact is reached at. */
  readonly address: string;
  readonly userAgent?: string;
}

/** Somebody tried to make the PBX print events that never happened. */
export interface Injection {
  readonly pbx: string;
  readonly seenAt: number;
  /** Which check caught it, in words for the log. */
  readonly why: string;
  /** The true source, when the PBX could tell it by an action of ours. */
  readonly source?: Source;
  /** Beginning of the refused text, cleaned. */
  readonly excerpt: string;
}
