import type { EnforcerPolicy } from '../policy/policy-enforce.ts';
import type { Policy } from '../policy/policy.ts';
import type { SipProfile } from './acl-danger.ts';
import { asteriskAcl } from './asterisk-acl.ts';
import type { Enforcer } from './enforcer.ts';
import { crowdsec } from './crowdsec.ts';
import { fail2ban } from './fail2ban.ts';
import { freeswitchAcl } from './freeswitch-acl.ts';
import { type BanList, gateList } from './gate-list.ts';
import { ipset } from './ipset.ts';
import { nftables } from './nftables.ts';
import { observe } from './observe.ts';

export interface EnforcerParts {
  /** Tells these PBXs (names of the policy) to read their ACL files again. */
  reloadAcl(pbxs: readonly string[]): Promise<void>;
  /** What this FreeSWITCH denies by a list, undefined when it has no such list; rejects when it cannot be asked. */
  heldAcl?(pbx: string, list: string): Promise<ReadonlySet<string> | undefined>;
  /** SIP profiles of this FreeSWITCH; rejects when it cannot be asked. */
  sipProfiles?(pbx: string): Promise<readonly SipProfile[]>;
  /** Ban lists of the gates of these PBXs, of those that can be reached now. */
  banLists?(pbxs: readonly string[]): readonly BanList[];
  /** Networks of all trunks, as far as they are known now. */
  trunkNetworks?(): readonly string[];
  now(): number;
  /** Bans in force that a place has no room for. */
  skipped?(name: string, targets: readonly string[]): void;
}

/**
 * The enforcers that the policy names, not opened yet. In mode `observe` it is only ever the one
 * with empty hands.
 */
export function openEnforcers(
  policies: readonly EnforcerPolicy[],
  mode: Policy['mode'],
  parts: EnforcerParts,
): Enforcer[] {
  if (mode === 'observe') return [observe({ now: () => parts.now() })];
  return policies.map((policy) => openOne(policy, parts));
}

function openOne(policy: EnforcerPolicy, parts: EnforcerParts): Enforcer {
  const now = (): number => parts.now();
  if (policy.kind === 'observe') return observe({ now });
  if (policy.kind === 'nftables') return nftables(policy, { now });
  if (policy.kind === 'fail2ban') return fail2ban(policy);
  if (policy.kind === 'ipset') return ipset(policy, { now });
  if (policy.kind === 'crowdsec') return crowdsec(policy, { now });
  const onSkipped = (targets: readonly string[]): void => parts.skipped?.(policy.kind, targets);
  if (policy.kind === 'asterisk-db' || policy.kind === 'freeswitch-hash') {
    const lists = (): readonly BanList[] => parts.banLists?.(policy.pbxs) ?? [];
    return gateList(policy.kind, { capacity: policy.capacity, lists, now, onSkipped });
  }
  const reload = (): Promise<void> => parts.reloadAcl(policy.pbxs);
  if (policy.kind === 'asterisk-acl') return asteriskAcl(policy, { reload, now, onSkipped });
  const { list, pbxs } = policy;
  return freeswitchAcl(policy, {
    reload,
    now,
    onSkipped,
    trunks: () => parts.trunkNetworks?.() ?? [],
    async profiles() {
      const found = await Promise.all(pbxs.map((pbx) => sipProfiles(pbx, parts)));
      return found.flat();
    },
    async held() {
      if (parts.heldAcl === undefined) return undefined;
      const asked = pbxs.map(async (pbx) => await parts.heldAcl?.(pbx, list));
      return agreed(await Promise.allSettled(asked));
    },
  });
}

function sipProfiles(pbx: string, parts: EnforcerParts): Promise<readonly SipProfile[]> {
  if (parts.sipProfiles !== undefined) return parts.sipProfiles(pbx);
  return Promise.reject(new Error(`nobody to ask about ${pbx}`));
}

/**
 * What PBXs with one file between them hold: nothing that could be right where they differ,
 * undefined where none can be asked.
 */
function agreed(
  asked: readonly PromiseSettledResult<ReadonlySet<string> | undefined>[],
): ReadonlySet<string> | undefined {
  const held = asked.flatMap((each) =>
    each.status === 'fulfilled' ? [each.value ?? new Set<string>()] : [],
  );
  const [first, ...others] = held;
  const same = others.every(
    (other) => other.size === first?.size && [...other].every((each) => first.has(each)),
  );
  return same ? first : new Set();
}
