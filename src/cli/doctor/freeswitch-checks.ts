import { trunkListOf } from '../../enforce/acl-xml.ts';
import { openDoors } from '../../pbx/freeswitch/configuration.ts';
import type { FreeswitchFacts, GateHash, ListFacts } from '../../pbx/freeswitch/examine.ts';
import type { FreeswitchPbx } from '../../policy/policy-pbx.ts';
import type { GatePolicy, Policy } from '../../policy/policy.ts';
import { checkClock } from './check-clock.ts';
import { checkHeartbeat } from './check-gate.ts';
import { failed, type Finding, ok, unseen, warning } from './finding.ts';

/** Every check of one FreeSWITCH, in the order they are told. */
export function checkFreeswitch(
  pbx: FreeswitchPbx,
  facts: FreeswitchFacts,
  policy: Policy,
): Finding[] {
  return [
    ...checkPasswords(facts),
    ...checkProfiles(facts, policy.gate),
    ...(policy.gate.enabled ? [checkHash(facts.gate, facts.clock.seconds)] : []),
    ...listNames(policy, pbx.name).map((name) => checkList(name, facts.lists.get(name))),
    checkClock(facts.clock, policy.gate.enabled),
  ];
}

/** ACLs of this PBX that the policy writes bans to. */
export function listNames({ enforce }: Policy, pbx: string): string[] {
  return enforce.flatMap((place) =>
    place.kind === 'freeswitch-acl' && (place.pbxs.length === 0 || place.pbxs.includes(pbx))
      ? [place.list]
      : [],
  );
}

/**
 * To FreeSWITCH, whom a list in apply-inbound-acl or apply-register-acl allows has authenticated:
 * one that allows by default lets everybody in without a password (facts, §4).
 */
export function checkPasswords({ profiles, open, lists }: FreeswitchFacts): Finding[] {
  if (profiles === undefined) {
    const what =
      'the PBX does not tell its SIP profiles: whether somebody gets in without a password is not known';
    return [
      unseen(
        'passwords',
        what,
        'Look at apply-inbound-acl and apply-register-acl of each profile:',
        "fs_cli -x 'xml_locate configuration configuration name sofia.conf'",
      ),
    ];
  }
  // A list of trunks never lets by default, and yet a REGISTER with a forged sender passes it.
  const ours = [...lists.keys()].map(trunkListOf);
  return profiles.map((profile) => {
    const { name, registerAcl } = profile;
    const wrong = openDoors([profile], open);
    const forged = registerAcl.filter((list) => ours.includes(list));
    if (wrong !== undefined) {
      return failed('passwords', `profile ${name}: ${wrong}`, ...takeOut(name));
    }
    if (forged.length > 0) {
      const what = `profile ${name}: apply-register-acl ${forged.join(', ')} lets a REGISTER with a forged sender take over an extension`;
      return failed('passwords', what, ...takeOut(name));
    }
    return ok('passwords', `profile ${name}: nobody gets in by a list that allows by default`);
  });
}

function takeOut(profile: string): [string, ...string[]] {
  return [
    `Take that param out of sip_profiles/${profile}.xml (FusionPBX: Advanced, SIP Profiles), then:`,
    `fs_cli -x 'sofia profile ${profile} rescan reloadxml'`,
  ];
}

/** Whether strangers' calls, where they are let in, pass the gate first. */
export function checkProfiles(
  { profiles, first, open }: FreeswitchFacts,
  { enabled }: GatePolicy,
): Finding[] {
  return (profiles ?? [])
    .filter(({ authenticates }) => !authenticates)
    .map(({ name, context, inboundAcl }) => {
      if (inboundAcl.length > 0 && inboundAcl.every((list) => !open.has(list))) {
        return ok('gate', `profile ${name} takes calls from ${inboundAcl.join(', ')} alone`);
      }
      const begins = first.get(context);
      if (begins === undefined) {
        const what = `profile ${name} takes calls from anybody into context ${context}, which the PBX does not show`;
        return unseen(
          'gate',
          what,
          'Look whether the gate is the first extension there: dialplan/freeswitch/README.md says how. FusionPBX shows the context once a call has come into it.',
        );
      }
      if (begins.startsWith('ghostgate')) {
        return ok(
          'gate',
          `profile ${name} takes calls from anybody, and context ${context} passes the gate first`,
        );
      }
      const what = `profile ${name} takes calls from anybody into context ${context}, where ${begins === '' ? 'another extension' : `extension ${begins}`} comes before the gate: they ring before they are judged`;
      const say =
        'Put the gate before everything else in that context, or let trunks alone in (dialplan/freeswitch/README.md):';
      const lines = [
        'ghostgate install freeswitch    # or: ghostgate install fusionpbx --reload',
        'fs_cli -x reloadxml',
      ];
      return enabled ? failed('gate', what, say, ...lines) : warning('gate', what, say, ...lines);
    });
}

/** Whether the gate is told what it looks up. @param now seconds since the epoch by the PBX's clock */
export function checkHash({ there, alive, closed }: GateHash, now: number): Finding {
  if (!there) {
    const what = 'FreeSWITCH has no mod_hash, where the gate looks: it lets everybody through';
    const say = 'Load it, and name it in autoload_configs/modules.conf.xml:';
    return failed('gate', what, say, "fs_cli -x 'load mod_hash'");
  }
  return checkHeartbeat(alive, closed, now);
}

function checkList(name: string, list: ListFacts | undefined): Finding {
  if (list?.state === 'right')
    return ok('acl', `the list ${name} is read, and denies nobody but the banned`);
  const say =
    'The file of Ghostgate must stand in its place, and its line in acl.conf.xml, alone on a line; then (FusionPBX cannot: use nftables there):';
  const lines = [
    '<X-PRE-PROCESS cmd="include" data="/etc/freeswitch/ghostgate.acl.xml"/>',
    'fs_cli -x reloadacl',
  ];
  const what = WRONG[list?.state ?? 'missing'].replace('LIST', name);
  return failed('acl', what, say, ...lines);
}

const WRONG = {
  missing:
    'FreeSWITCH knows no list LIST: whoever asks it denies everybody, and bans in it shut nobody out',
  closed:
    'the list LIST denies everybody: where a profile or the gate asks it, every call is refused',
  foreign: 'the list LIST is not the one that Ghostgate writes: bans in it shut nobody out',
} as const;
