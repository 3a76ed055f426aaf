import type { Found, FoundNetwork, FoundPbx, FoundTrunk } from './found.ts';

/** All that the policy is written from: found, told and answered. */
export interface Choices {
  readonly site: string;
  readonly pbx: FoundPbx;
  readonly trunks: readonly FoundTrunk[];
  readonly networks: readonly Pick<FoundNetwork, 'network' | 'why'>[];
  readonly phones: Found['phones'];
  /** Written down where they are not among the usual ones. */
  readonly sipPorts: readonly number[];
  readonly secretsFolder: string;
  /** Where bans of the PBX's own ACL go; undefined: it has none that we can write. */
  readonly aclFile: string | undefined;
  /** nft is on this machine. */
  readonly nftables: boolean;
  /** The gate stands in the dialplan. */
  readonly gate: boolean;
}
