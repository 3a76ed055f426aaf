import { isOf, type Resolved, type TrunkProposal, unlisted } from '../../pbx/trunks.ts';
import type { Policy } from '../../policy/policy.ts';
import { type Finding, ok, unseen, warning } from './finding.ts';

/** What one PBX says of its trunks; undefined when it does not tell. */
export interface LearnedTrunks {
  readonly pbx: string;
  readonly trunks: readonly TrunkProposal[] | undefined;
}

/** Trunks that a PBX has and the policy has not, with the lines to paste; and the other way round. */
export function checkTrunks(
  learned: readonly LearnedTrunks[],
  policy: Policy,
  resolved: Resolved,
): Finding[] {
  const told = learned.flatMap(({ pbx, trunks }) =>
    (trunks ?? []).map((each) => ({ pbx, ...each })),
  );
  const missing = told.flatMap((proposal) => {
    const without = unlisted(proposal, policy, resolved);
    return without.length === 0 ? [] : [missingTrunk(proposal, without, policy, resolved)];
  });
  const silent = learned.filter(({ trunks }) => trunks === undefined);
  return [
    ...missing,
    ...(missing.length === 0 && told.length > 0 ? [ALL_KNOWN] : []),
    ...silent.map(({ pbx }) => unseen('trunks', `${pbx} does not tell which trunks it has`, SAY)),
    ...(silent.length > 0 ? [] : unknownToPbx(told, policy, resolved)),
  ];
}

const SAY = 'Compare the trunks of the policy with those of the PBX by hand.';
const ALL_KNOWN = ok('trunks', 'every trunk that the PBX is configured with is in the policy');

function missingTrunk(
  { pbx, name, endpoint, sources, why }: TrunkProposal & { pbx: string },
  without: readonly string[],
  policy: Policy,
  resolved: Resolved,
): Finding {
  const known = policy.trunks.find(
    (trunk) =>
      trunk.name === name || sources.some((source) => isOf(trunk, resolved(trunk), source)),
  );
  const some = listed(without);
  if (known === undefined) {
    const what = `${pbx} has a trunk ${endpoint} (${why}) that is not in the policy: calls from ${some} are a stranger's`;
    return warning(
      'trunks',
      what,
      'Is it a carrier of yours? Add it:',
      'trunks:',
      ...yaml(name, sources),
    );
  }
  const what = `${pbx} has ${some} for its trunk ${endpoint} (${why}), and trunk ${known.name} of the policy has not: calls from there are a stranger's`;
  const all = [...known.hosts, ...known.networks, ...without];
  return warning(
    'trunks',
    what,
    'Is it the same carrier? Add it:',
    'trunks:',
    ...yaml(known.name, all),
  );
}

/** As they stand in the policy; long lists are not cut, for they are to be pasted. */
function yaml(name: string, sources: readonly string[]): string[] {
  return [`  - name: ${name}`, `    sources: [${sources.map(quoted).join(', ')}]`];
}

/** An address of IPv6 ends with a colon or begins with one: YAML would read a map. */
function quoted(source: string): string {
  return source.includes(':') ? `'${source}'` : source;
}

function unknownToPbx(
  told: readonly TrunkProposal[],
  policy: Policy,
  resolved: Resolved,
): Finding[] {
  const names = policy.trunks
    .filter(
      (trunk) =>
        !told.some(({ sources }) => sources.some((one) => isOf(trunk, resolved(trunk), one))),
    )
    .map(({ name }) => name);
  if (names.length === 0 || told.length === 0) return [];
  const what = `the PBX is not configured with trunk ${listed(names)}; its sources are trusted all the same`;
  return [ok('trunks', what)];
}

function listed(all: readonly string[]): string {
  const more = all.length - MOST_SHOWN;
  return all.slice(0, MOST_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const MOST_SHOWN = 5;
