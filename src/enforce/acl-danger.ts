import { trunkListOf } from './acl-xml.ts';

/** A SIP profile of FreeSWITCH, as far as its ACLs go. */
export interface SipProfile {
  readonly name: string;
  /** Calls are challenged: `auth-calls`. */
  readonly authenticates: boolean;
  /** Lists in `apply-inbound-acl`. */
  readonly inboundAcl: readonly string[];
  /** Lists in `apply-register-acl`. */
  readonly registerAcl: readonly string[];
}

export interface AclDanger {
  readonly profile: string;
  readonly parameter: 'apply-inbound-acl' | 'apply-register-acl';
  readonly list: string;
}

/**
 * Where one of our lists lets people in without a password (measured, facts §4). To FreeSWITCH an
 * address that such a list allows is authenticated: our list of bans allows nearly everybody, and
 * the list of trunks would let a REGISTER with a forged sender take over any extension. REGISTER
 * is challenged on every profile, whatever `auth-calls` says.
 */
export function aclDangers(profiles: readonly SipProfile[], list: string): AclDanger[] {
  const trunkList = trunkListOf(list);
  return profiles.flatMap(({ name, authenticates, inboundAcl, registerAcl }) => {
    const inbound = authenticates ? inboundAcl.filter((each) => each === list) : [];
    const register = registerAcl.filter((each) => each === list || each === trunkList);
    return [
      ...inbound.map((each) => danger(name, 'apply-inbound-acl', each)),
      ...register.map((each) => danger(name, 'apply-register-acl', each)),
    ];
  });
}

function danger(profile: string, parameter: AclDanger['parameter'], list: string): AclDanger {
  return { profile, parameter, list };
}
