import type { HeldBans } from '../../enforce/held-bans.ts';
import { heldBans } from '../../enforce/held-bans.ts';
import { trunkDns } from '../../policy/dns.ts';
import { lookUp, type TrunkDns } from '../../policy/lookup.ts';
import type { Policy } from '../../policy/policy.ts';
import type { TrunkPolicy } from '../../policy/policy-trunks.ts';
import { guardsFromAfar } from '../../policy/remote.ts';
import type { Explanation } from '../../web/explanation.ts';
import type { StatusReport } from '../../web/status-report.ts';
import { ask } from '../client.ts';
import { type Allowed, checkAllowed, checkPlaces, type GateHolds } from './check-allow.ts';
import { checkName, type NameAnswer } from './check-dns.ts';
import { checkTrunks, type LearnedTrunks } from './check-trunks.ts';
import { type Group, warning } from './finding.ts';

export interface AllowedParts {
  readonly policy: Policy;
  /** What the PBXs themselves hold. */
  readonly bans: readonly HeldBans[];
  readonly gates: readonly GateHolds[];
  /** What the PBXs say of their own trunks. */
  readonly learned: readonly LearnedTrunks[];
  readonly daemon: { readonly socket: string; readonly report: StatusReport } | undefined;
  readonly dns?: TrunkDns;
  /** Asked where the policy names none. */
  readonly fail2banSocket?: string;
}

/** Trunks and trusted networks: their names, and whether anybody shuts them out. */
export async function visitAllowed(parts: AllowedParts): Promise<Group> {
  const { policy, gates, dns = trunkDns() } = parts;
  const names = await Promise.all(
    policy.trunks.flatMap((trunk) =>
      trunk.hosts.map((host) => askName(dns, trunk, host, parts.daemon)),
    ),
  );
  // Where the PBXs are other machines, what this one drops shuts nobody out of them.
  const found = guardsFromAfar(policy)
    ? { places: [], unseen: [] }
    : await heldBans(policy.enforce, ['nft'], parts.fail2banSocket);
  const held = { places: [...found.places, ...parts.bans], unseen: found.unseen };
  const resolved = ({ name, networks }: TrunkPolicy): string[] => [
    ...networks,
    ...names.filter(({ trunk }) => trunk === name).flatMap((each) => [...each.found.keys()]),
  ];
  const allowed: Allowed[] = [
    ...policy.trunks.map((trunk) => ({ name: `trunk ${trunk.name}`, networks: resolved(trunk) })),
    ...policy.trust.networks.map((network) => ({
      name: `trusted network ${network}`,
      networks: [network],
    })),
  ];
  const findings = [
    ...(policy.trunks.length === 0 ? [NO_TRUNKS] : []),
    ...names.map(checkName),
    ...checkTrunks(parts.learned, policy, resolved),
    ...allowed.flatMap((each) => checkAllowed(each, held, gates)),
    ...checkPlaces(held),
  ];
  return { name: 'Trunks and trusted networks', findings };
}

const NO_TRUNKS = warning(
  'allowed',
  'the policy names no trunk: every carrier is a stranger, and its calls are judged as one',
  'Name your carriers in the policy, by address or by name:',
  'trunks: [{ name: gntel, sources: [sip.gntel.example] }]',
);

async function askName(
  dns: TrunkDns,
  trunk: TrunkPolicy,
  host: string,
  daemon: AllowedParts['daemon'],
): Promise<NameAnswer> {
  const { found, trouble } = await lookUp(dns, host);
  const answer: NameAnswer = {
    trunk: trunk.name,
    host,
    found,
    ...(trouble === undefined ? {} : { trouble: trouble.message }),
  };
  if (daemon === undefined) return answer;
  const told = daemon.report.trunks.find(({ name }) => name === trunk.name);
  const unknown: string[] = [];
  for (const address of [...found.keys()].slice(0, MOST_ASKED)) {
    const reply = await ask<Explanation>(
      daemon.socket,
      'GET',
      `/explain/${encodeURIComponent(address)}`,
    );
    if (reply.ok && reply.body.known?.startsWith('trunk ') !== true) unknown.push(address);
  }
  const remembered = (told?.addresses ?? 0) > trunk.networks.length;
  return { ...answer, unknown, remembered };
}

const MOST_ASKED = 20;
