import { bitsOf } from '../event/nested.ts';
import { prefixTable } from '../event/network.ts';
import { parseNetwork } from '../event/source.ts';
import { cleanText } from '../event/text.ts';
import type { Policy } from '../policy/policy.ts';
import type { TrunkPolicy } from '../policy/policy-trunks.ts';
import { isNobodys, sourceText } from './trunk-source.ts';

/** A trunk that the PBX itself is configured with, as the policy would name it. */
export interface TrunkProposal {
  /** As `trunks[].name` takes it. */
  readonly name: string;
  /** The PBX's own name for it: endpoint, peer, gateway or list. */
  readonly endpoint: string;
  /** As `trunks[].sources` takes them: canonical addresses and prefixes, DNS names in lower case. */
  readonly sources: readonly string[];
  /** Where the PBX says so, for a person. */
  readonly why: string;
}

/** One place where the PBX names a machine of a trunk. */
export interface TrunkTrace {
  readonly endpoint: string;
  /** Address, prefix or DNS name as it is written there, or a SIP URI that holds one. */
  readonly host: string;
  /** Like `identify`, `registration`. */
  readonly where: string;
}

/**
 * Puts together what the PBX tells of each trunk. What can be nobody's trunk is left out: names of
 * this machine, and networks so wide that whoever is trusted with them is anybody.
 */
export function proposalsOf(traces: readonly TrunkTrace[]): TrunkProposal[] {
  const found = new Map<string, { sources: Set<string>; places: Set<string> }>();
  for (const { endpoint, host, where } of traces) {
    const name = cleanText(endpoint);
    const source = sourceText(host);
    if (name === undefined || source === undefined || isNobodys(source)) continue;
    const known = found.get(name) ?? { sources: new Set(), places: new Set() };
    if (found.size >= MOST_TRUNKS && !found.has(name)) break;
    if (known.sources.size < MOST_SOURCES) known.sources.add(source);
    known.places.add(where);
    found.set(name, known);
  }
  return [...found].map(([endpoint, { sources, places }]) => ({
    name: nameOf(endpoint),
    endpoint,
    sources: [...sources],
    why: [...places].join(', '),
  }));
}

/** Most trunks one PBX is believed to have, and sources of one, as the policy's schema has it. */
const MOST_TRUNKS = 1000;
const MOST_SOURCES = 1000;

/** As the schema wants names: what it does not take becomes a hyphen. */
function nameOf(endpoint: string): string {
  const name = endpoint
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63);
  return name === '' ? 'trunk' : name;
}

/** Every address of a trunk as it is now, DNS answers included. */
export type Resolved = (trunk: TrunkPolicy) => readonly string[];

/** Sources of a proposal that the policy neither names as a trunk's nor trusts. */
export function unlisted(
  { sources }: TrunkProposal,
  { trunks, trust }: Pick<Policy, 'trunks' | 'trust'>,
  resolved: Resolved,
): string[] {
  return sources.filter(
    (source) =>
      !trunks.some((trunk) => isOf(trunk, resolved(trunk), source)) &&
      !(parseNetwork(source) !== undefined && covers(trust.networks, source)),
  );
}

/** Reports whether a source is the trunk's: one of its names, or covered by its addresses. */
export function isOf(trunk: TrunkPolicy, addresses: readonly string[], source: string): boolean {
  if (parseNetwork(source) === undefined) return trunk.hosts.includes(source);
  return covers(addresses, source);
}

function covers(networks: readonly string[], network: string): boolean {
  const bits = prefixTable(networks.map((each) => [each, bitsOf(each)] as const)).overlaps(network);
  return bits !== undefined && bits <= bitsOf(network);
}
