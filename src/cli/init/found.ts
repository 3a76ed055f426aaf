import type { Kind } from '../install/manifest.ts';

/** A PBX on this machine, and what shows it. */
export interface FoundPbx {
  readonly kind: Kind;
  /** Folder of its configuration. */
  readonly folder: string;
  /** The file by which it was recognised. */
  readonly sign: string;
  /** Port of AMI or of the event socket, where it is not the usual one. */
  readonly port?: number | undefined;
}

/** A carrier's link, as the PBX's configuration has it. */
export interface FoundTrunk {
  /** As a policy takes it. */
  readonly name: string;
  /** Addresses, prefixes and host names that a policy takes, each once. */
  readonly sources: readonly string[];
  /** Where it was found, for the person who reads the policy. */
  readonly from: string;
}

export interface FoundTrunks {
  readonly trunks: readonly FoundTrunk[];
  /** What could not be read, in words. */
  readonly notes: readonly string[];
}

export interface FoundNetwork {
  /** Canonical. */
  readonly network: string;
  readonly why: string;
  /** False: it may be somebody's home as well as an office; only a person can tell. */
  readonly sure: boolean;
}

/** Phones that are registered now. */
export interface FoundPhones {
  /** Canonical addresses, each once. */
  readonly addresses: readonly string[];
  /** Undefined when the PBX could be asked. */
  readonly notAsked?: string;
}

/** Everything that was found beside the PBX. */
export interface Found {
  readonly pbx: FoundPbx;
  readonly trunks: readonly FoundTrunk[];
  readonly networks: readonly FoundNetwork[];
  readonly phones: FoundPhones;
  /** Ports that SIP is taken on, sorted; none when the configuration names none. */
  readonly sipPorts: readonly number[];
  readonly notes: readonly string[];
}
