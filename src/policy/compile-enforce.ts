import type { EnforcerPolicy } from './policy.ts';
import type { WrittenEnforcer } from './schema-enforce.ts';
import { enforcerOptions } from './schema-enforce.ts';

/**
 * One enforcer as the program uses it: a bare name has every option at its default.
 * @param pbxs names of all PBXs, told to read the ACL where the policy names none
 */
export function compileEnforcer(written: WrittenEnforcer, pbxs: readonly string[]): EnforcerPolicy {
  const named = typeof written === 'string' ? { [written]: {} } : written;
  if (named.nftables !== undefined) {
    const { table, sip_ports } = enforcerOptions.nftables.parse(named.nftables);
    return { kind: 'nftables', table, sipPorts: [...new Set(sip_ports)] };
  }
  if (named['asterisk-acl'] !== undefined) {
    const options = enforcerOptions['asterisk-acl'].parse(named['asterisk-acl']);
    return { kind: 'asterisk-acl', ...options, pbxs: [...new Set(options.pbxs ?? pbxs)] };
  }
  if (named.fail2ban !== undefined) {
    return { kind: 'fail2ban', ...enforcerOptions.fail2ban.parse(named.fail2ban) };
  }
  return { kind: 'observe' };
}
