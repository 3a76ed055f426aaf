import type { EnforcerPolicy } from './policy-enforce.ts';
import type { PbxPolicy } from './policy-pbx.ts';
import type { WrittenEnforcer } from './schema-enforce.ts';
import { enforcerOptions } from './schema-enforce.ts';

/**
 * One enforcer as the program uses it: a bare name has every option at its default.
 * @param pbxs all PBXs: those of its kind are told to read an ACL where the policy names none
 * @param password of CrowdSec's local API
 */
export function compileEnforcer(
  written: WrittenEnforcer,
  pbxs: readonly PbxPolicy[],
  password = '',
): EnforcerPolicy {
  const named: Named = typeof written === 'string' ? { [written]: {} } : written;
  if (named.nftables !== undefined) {
    const { table, sip_ports, lockdown } = enforcerOptions.nftables.parse(named.nftables);
    return { kind: 'nftables', table, sipPorts: [...new Set(sip_ports)], lockdown };
  }
  if (named['asterisk-acl'] !== undefined) {
    const options = enforcerOptions['asterisk-acl'].parse(named['asterisk-acl']);
    const told = options.pbxs ?? namesOf(pbxs, 'asterisk');
    return { kind: 'asterisk-acl', ...options, pbxs: [...new Set(told)] };
  }
  if (named['freeswitch-acl'] !== undefined) {
    const options = enforcerOptions['freeswitch-acl'].parse(named['freeswitch-acl']);
    const told = options.pbxs ?? namesOf(pbxs, 'freeswitch');
    return { kind: 'freeswitch-acl', ...options, pbxs: [...new Set(told)] };
  }
  if (named.fail2ban !== undefined) {
    return { kind: 'fail2ban', ...enforcerOptions.fail2ban.parse(named.fail2ban) };
  }
  if (named.ipset !== undefined) {
    return { kind: 'ipset', ...enforcerOptions.ipset.parse(named.ipset) };
  }
  if (named.crowdsec !== undefined) {
    const { url, machine } = enforcerOptions.crowdsec.parse(named.crowdsec);
    return { kind: 'crowdsec', url, machine, password };
  }
  return { kind: 'observe' };
}

type Named = Exclude<WrittenEnforcer, string>;

/**
 * Bans in the gate's list are looked up one by one, however many there are; the number is bounded
 * because each look at what the PBX holds costs it 20 µs a ban.
 */
const GATE_CAPACITY = 20_000;

/** Where the policy has a gate, its ban lists are places of their own: one kind for each kind of PBX. */
export function gateEnforcers(pbxs: readonly PbxPolicy[]): EnforcerPolicy[] {
  return GATES.flatMap(([kind, key]) => {
    const names = namesOf(pbxs, key);
    return names.length === 0 ? [] : [{ kind, capacity: GATE_CAPACITY, pbxs: names }];
  });
}

const GATES = [
  ['asterisk-db', 'asterisk'],
  ['freeswitch-hash', 'freeswitch'],
] as const;

function namesOf(pbxs: readonly PbxPolicy[], kind: 'asterisk' | 'freeswitch'): string[] {
  return pbxs.filter((pbx) => kind in pbx).map(({ name }) => name);
}
