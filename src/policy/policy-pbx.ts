import type { SshPolicy, TlsPolicy } from './policy-reach.ts';

export type PbxPolicy = AsteriskPbx | FreeswitchPbx;

export interface AsteriskPbx {
  readonly name: string;
  readonly asterisk: AsteriskPolicy;
}

export interface FreeswitchPbx {
  readonly name: string;
  readonly freeswitch: FreeswitchPolicy;
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
