import type { EnforcerPolicy, Policy } from '../policy/policy.ts';
import { asteriskAcl } from './asterisk-acl.ts';
import type { Enforcer } from './enforcer.ts';
import { fail2ban } from './fail2ban.ts';
import { nftables } from './nftables.ts';
import { observe } from './observe.ts';

export interface EnforcerParts {
  /** Tells these PBXs (names of the policy) to read their ACL files again. */
  reloadAcl(pbxs: readonly string[]): Promise<void>;
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
  if (policy.kind === 'freeswitch-acl') throw new Error('freeswitch-acl is not there yet');
  return asteriskAcl(policy, {
    reload: () => parts.reloadAcl(policy.pbxs),
    now,
    onSkipped: (targets) => parts.skipped?.(policy.kind, targets),
  });
}
