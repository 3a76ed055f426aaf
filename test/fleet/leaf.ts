import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rights } from '../../src/fleet/rights.ts';
import { operatorRights, siteRights, userText } from '../../src/fleet/rights.ts';
import type { Certificates } from './certificates.ts';
import type { Keys, Nats } from './nats.ts';
import { freePort, runNats } from './nats.ts';

/** Sites, by name, and the leaf that each is at. */
export type Leaves = Readonly<Record<string, Readonly<Record<string, Keys>>>>;

/** The hub's configuration: JetStream, the operator, and one user for each leaf. */
export function hubText(
  port: number,
  leafPort: number,
  advertised: number,
  store: string,
  operator: Keys,
  leaves: Leaves,
  tls?: Certificates,
): string {
  const users = [
    userText(operator.key.publicKey, operatorRights()),
    ...Object.entries(leaves).map(([leaf, sites]) => leafUserText(leaf, Object.keys(sites))),
  ];
  return `listen: 127.0.0.1:${port}
max_payload: 64KB
jetstream { domain: hub, store_dir: ${JSON.stringify(store)} }
leafnodes { listen: "127.0.0.1:${leafPort}", advertise: "127.0.0.1:${advertised}"${tls === undefined ? '' : `\n  ${tlsText(tls)}`} }
authorization { users = [
${users.join(',\n')}
] }
`;
}

/** A leaf's configuration: no JetStream, its own sites, and the way to the hub. */
export function leafText(
  leaf: string,
  port: number,
  hubPort: number,
  sites: Readonly<Record<string, Keys>>,
  tls?: Certificates,
  ownTls?: Certificates,
): string {
  const users = Object.entries(sites).map(([site, { key }]) =>
    userText(key.publicKey, rightsAtLeaf(site)),
  );
  // A leaf lets nothing of JetStream through that does not name the hub's domain.
  const asked = Object.keys(sites).flatMap((site) => siteRights(site).publish);
  const mappings = [...new Set(asked.filter((subject) => subject.startsWith('$JS.API.')))].map(
    (subject) => `  "${subject}": "${inDomain(subject)}"`,
  );
  const scheme = tls === undefined ? 'nats-leaf' : 'tls';
  const ca = tls === undefined ? '' : `\n    tls { ca_file: ${JSON.stringify(tls.ca)} }`;
  return `listen: 127.0.0.1:${port}
server_name: ${leaf}
max_payload: 64KB${ownTls === undefined ? '' : `\n${tlsText(ownTls)}`}
leafnodes { reconnect: 2
  remotes [ { url: "${scheme}://${leaf}:${passwordOf(leaf)}@127.0.0.1:${hubPort}"${ca} } ] }
mappings {
${mappings.join('\n')}
}
authorization { users = [
${users.join(',\n')}
] }
`;
}

/** A site's own, with the domain in them: rights are looked at after the subject is mapped. */
function rightsAtLeaf(site: string): Rights {
  const { publish, subscribe } = siteRights(site);
  return {
    publish: publish.map(inDomain),
    subscribe,
  };
}

function inDomain(subject: string): string {
  return subject.replace('$JS.API.', '$JS.hub.API.');
}

/** At the hub a leaf may do what its sites may, all of them together, and no more. */
function leafUserText(leaf: string, sites: readonly string[]): string {
  const rights = sites.map(rightsAtLeaf);
  return [
    `{ user: ${leaf}, password: ${passwordOf(leaf)}, allowed_connection_types: [ "LEAFNODE" ]`,
    '  permissions: {',
    `    publish: { allow: ${list(rights.flatMap(({ publish }) => publish))} }`,
    `    subscribe: { allow: ${list(rights.flatMap(({ subscribe }) => subscribe))} } } }`,
  ].join('\n');
}

function list(subjects: readonly string[]): string {
  return `[ ${[...new Set(subjects)].map((subject) => JSON.stringify(subject)).join(', ')} ]`;
}

function tlsText({ cert, key }: Certificates): string {
  return `tls { cert_file: ${JSON.stringify(cert)}, key_file: ${JSON.stringify(key)} }`;
}

function passwordOf(leaf: string): string {
  return `secret-of-${leaf}`;
}

export interface LeafFleet {
  readonly hub: Nats;
  /** Where leaves reach the hub. */
  readonly leafPort: number;
  readonly leaves: Readonly<Record<string, Nats>>;
}

/**
 * @param wayToHub port that a leaf dials instead of the hub's own
 * @param ownTls the leaves' sites reach them by TLS alone
 * @param advertised port that the hub tells its leaves of: they try it as well
 */
export async function leafServers(
  folder: string,
  operator: Keys,
  leaves: Leaves,
  wayToHub: (leaf: string, leafPort: number) => Promise<number> | number,
  advertised?: number,
  tls?: Certificates,
  ownTls?: Certificates,
): Promise<LeafFleet> {
  const [port, leafPort] = [await freePort(), await freePort()];
  const store = join(folder, 'js');
  mkdirSync(store, { recursive: true });
  const write = (name: string, text: string): string => {
    const path = join(folder, `${name}.conf`);
    writeFileSync(path, text);
    return path;
  };
  const hubConfig = hubText(port, leafPort, advertised ?? leafPort, store, operator, leaves, tls);
  const hub = runNats(write('hub', hubConfig), port);
  const started: Record<string, Nats> = {};
  for (const [leaf, sites] of Object.entries(leaves)) {
    const at = await freePort();
    const text = leafText(leaf, at, await wayToHub(leaf, leafPort), sites, tls, ownTls);
    started[leaf] = runNats(write(leaf, text), at);
  }
  return { hub, leafPort, leaves: started };
}
