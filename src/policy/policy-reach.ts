import { isLoopback } from './loopback.ts';
import type { PbxPolicy } from './policy-pbx.ts';

/** The machine with the PBX, and how OpenSSH may log in to it. */
export interface SshPolicy {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
}

/** Whom AMI over TLS is believed to be; nothing set: as the authorities of this machine say. */
export interface TlsPolicy {
  readonly caFile?: string | undefined;
  /** SHA-256 of the certificate, 64 digits in lower case. */
  readonly fingerprint?: string | undefined;
  /** Name in the certificate, where it is not the host. */
  readonly name?: string | undefined;
}

/** Reports whether it is reached through SSH, and so is another machine whatever its host says. */
export function isThroughSsh(pbx: PbxPolicy): boolean {
  return ('asterisk' in pbx ? pbx.asterisk : pbx.freeswitch).ssh !== undefined;
}

/** The machine on which the PBX's own interface listens: a host name or canonical address. */
export function hostOf(pbx: PbxPolicy): string {
  const { host, ssh } = 'asterisk' in pbx ? pbx.asterisk : pbx.freeswitch;
  // Behind SSH a loopback address is the other machine's.
  return ssh !== undefined && isLoopback(host) ? ssh.host : host;
}
