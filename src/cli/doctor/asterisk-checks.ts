import type { AsteriskFacts } from '../../pbx/asterisk/examine/facts.ts';
import type { AsteriskPbx } from '../../policy/policy-pbx.ts';
import type { Policy } from '../../policy/policy.ts';
import { checkAcl } from './check-acl.ts';
import { checkChannelVariables, checkToken } from './check-channelvars.ts';
import { checkClock } from './check-clock.ts';
import { checkFilters } from './check-filters.ts';
import { checkDoors, checkGate } from './check-gate.ts';
import { checkRights } from './check-rights.ts';
import type { Finding } from './finding.ts';

/** Every check of one Asterisk, in the order they are told. */
export function checkAsterisk(pbx: AsteriskPbx, facts: AsteriskFacts, policy: Policy): Finding[] {
  const { username, channelToken } = pbx.asterisk;
  const { gate, clock, channelVariables } = facts;
  return [
    ...checkRights(facts, username),
    checkFilters(facts, username),
    checkChannelVariables(channelVariables),
    checkToken(channelToken, facts.token, channelVariables),
    checkGate(gate, policy.gate, clock.seconds),
    ...checkDoors(facts, policy.gate),
    ...aclNames(policy, pbx.name).map((name) => checkAcl(facts, name)),
    checkClock(clock, policy.gate.enabled),
  ];
}

/** ACLs of this PBX that the policy writes bans to. */
export function aclNames({ enforce }: Policy, pbx: string): string[] {
  return enforce.flatMap((place) =>
    place.kind === 'asterisk-acl' && (place.pbxs.length === 0 || place.pbxs.includes(pbx))
      ? [place.acl]
      : [],
  );
}
