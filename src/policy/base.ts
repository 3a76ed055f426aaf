import { crossCheck } from './cross-check.ts';
import { readDocument } from './document.ts';
import { isHostName } from './host-text.ts';
import { keysAt } from './json-schema.ts';
import type { Located } from './located.ts';
import { layer, placeOf, plain } from './located.ts';
import { findings } from './mistakes.ts';
import type { Finding, Path, Problem } from './problem.ts';
import { pathText } from './problem.ts';
import { policyFile } from './schema.ts';

/** What of it a base may hold: the key and all below, or some of what is below. */
type Grant = true | { readonly [key: string]: Grant };

/**
 * What the operator of a fleet may decide for its sites: how calls are judged, and how hard. A new
 * key of the policy is the site's own until it is written here. Never here: what is reached, opened,
 * read, written, run or told (pbxs, enforce, store, control, metrics, page, notify, every file and
 * secret), who is trusted (trunks, trust), whose order counts (fleet.operator): whoever stole the
 * operator's key must not come so far.
 */
export const BASE_MAY: Readonly<Record<string, Grant>> = {
  mode: true,
  calls: true,
  feeds: true,
  geo: { deny: true, evidence: true },
  fleet: { share: true, accept: true },
  gate: true,
  rules: true,
  jail: true,
  shield: true,
  breaker: true,
  report: { name: true },
  log: true,
};

/** Everything in a base that is each site's own to say. */
export function baseFindings(tree: Located): Finding[] {
  if (tree.kind !== 'map') {
    const hint = 'write keys of the policy, like mode: enforce';
    return [{ path: [], message: 'holds no settings', hint }];
  }
  return [...notGranted(tree, BASE_MAY, []), ...feedPlaces(tree)];
}

/**
 * Everything that is wrong with a base, whatever site it is laid under.
 * @param name of the file, for the problems
 */
export function checkBase(text: string, name: string): readonly Problem[] {
  const { tree, problems } = readDocument(text, name);
  if (tree === undefined) return problems;
  const own = baseFindings(tree).map((each) => placed(each, tree));
  if (tree.kind !== 'map') return [...problems, ...own];
  const site = readDocument(ANY_SITE, 'a site').tree;
  const whole = site === undefined ? tree : layer(tree, site);
  const data = plain(whole);
  const parsed = policyFile.safeParse(data);
  const found = [
    ...(parsed.success ? [] : findings(parsed.error.issues, whole)),
    ...crossCheck(data),
  ];
  const all = [...problems, ...own, ...found.map((each) => placed(each, whole))];
  return all.toSorted((a, b) => a.line - b.line || a.column - b.column).slice(0, MOST_PROBLEMS);
}

/** What every site has of its own, in short: all that a base lacks of a policy. */
const ANY_SITE = `
site: site
pbxs: [{ name: pbx, asterisk: { username: ghostgate, secret: { env: SECRET } } }]
geo: { country_file: /x, asn_file: /x }
fleet:
  servers: [nats://127.0.0.1:4222]
  credentials: { env: SEED }
  operator: UBACMRCNF2RL264QHG7ZQ34XXUMGEA2USEGD4IL7Z7FDCNAGYQGPFLVJ
`;
const MOST_PROBLEMS = 100;

function notGranted(tree: Located, may: Readonly<Record<string, Grant>>, at: Path): Finding[] {
  if (tree.kind !== 'map') return [];
  // A key that no policy has is told as what it is, by the schema.
  const known = new Set(keysAt(at));
  return [...tree.entries].flatMap(([key, { value }]): Finding[] => {
    const grant = Object.hasOwn(may, key) ? may[key] : undefined;
    const path = [...at, key];
    if (grant === true || !known.has(key)) return [];
    if (grant !== undefined) return notGranted(value, grant, path);
    return [
      { path, atKey: true, message: NOT_OF_A_BASE, hint: "it belongs into the site's own file" },
    ];
  });
}

/**
 * A list that is fetched over TLS by a public name hurts nobody: who answers has a certificate for
 * that name. A file, or an address within the site's network, is no business of the operator's.
 */
function feedPlaces(tree: Located): Finding[] {
  const feeds = tree.kind === 'map' ? tree.entries.get('feeds')?.value : undefined;
  if (feeds?.kind !== 'list') return [];
  return feeds.items.flatMap((feed, at): Finding[] => {
    if (feed.kind !== 'map') return [];
    const url = feed.entries.get('url')?.value;
    const isPublic = url?.kind !== 'scalar' || isPublicUrl(url.value);
    return [
      ...(feed.entries.has('file') ? [{ path: ['feeds', at, 'file'], atKey: true, ...FEED }] : []),
      ...(isPublic ? [] : [{ path: ['feeds', at, 'url'], ...FEED }]),
    ];
  });
}

function isPublicUrl(value: unknown): boolean {
  // What is no URL at all is told by the schema.
  if (typeof value !== 'string' || !URL.canParse(value)) return true;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' && isHostName(hostname) && hostname.includes('.');
}

export function placed(finding: Finding, tree: Located): Problem {
  const { path, message, hint, atKey } = finding;
  return { ...placeOf(tree, path, atKey), path: pathText(path), message, hint };
}

const NOT_OF_A_BASE = "is each site's own to say, not a base's";
const FEED = {
  message: 'a base names feeds by https:// and a public name alone',
  hint: "another list belongs into the site's own file",
};
