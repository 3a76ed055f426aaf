import { operatorRights, siteRights, userText } from '../../src/fleet/rights.ts';
import type { Keys } from '../fleet/nats.ts';
import { makeBridge } from './bridge.ts';
import type { Net } from './net.ts';
import type { Undo } from './process.ts';

/** Addresses of the fleet's lab (RFC 2544: 198.18.0.0/15). */
export const HUB = '198.18.20.254';
export const SITES = {
  north: '198.18.20.1',
  south: '198.18.20.2',
  west: '198.18.20.3',
  /** Of every site; its calls are good. */
  carrier: '198.18.21.70',
  scanner: (host: number) => `198.18.21.${host}`,
};

/** Names of its network namespaces. */
export interface FleetNet {
  readonly hub: string;
  readonly north: string;
  readonly south: string;
  readonly west: string;
  readonly scanner: string;
  /** For helpers that ask for the other lab's network. */
  readonly asNet: Net;
}

/** Five namespaces on one bridge, which stands in the hub's; the machine's own sees none of it. */
export async function makeFleetNet(undo: Undo): Promise<FleetNet> {
  const suffix = Math.random().toString(36).slice(2, 8);
  const names = {
    hub: `fleet-hub-${suffix}`,
    north: `fleet-north-${suffix}`,
    south: `fleet-south-${suffix}`,
    west: `fleet-west-${suffix}`,
    scanner: `fleet-scan-${suffix}`,
  };
  const behind = [...[66, 67].map(SITES.scanner), SITES.carrier];
  await makeBridge(
    undo,
    { netns: names.hub, addresses: [HUB] },
    {
      north: { netns: names.north, addresses: [SITES.north] },
      south: { netns: names.south, addresses: [SITES.south] },
      west: { netns: names.west, addresses: [SITES.west] },
      scanner: { netns: names.scanner, addresses: behind },
    },
  );
  const asNet: Net = {
    pbx: names.north,
    scanners: names.scanner,
    lonely: [],
    trunk: names.scanner,
    office: names.scanner,
  };
  return { ...names, asNet };
}

/** As docs/fleet.md says, but for TLS: the lab's bridge has no other hearers. */
export function natsConfig(
  store: string,
  operator: Keys,
  sites: Readonly<Record<string, Keys>>,
): string {
  const users = [
    userText(operator.key.publicKey, operatorRights()),
    ...Object.entries(sites).map(([site, { key }]) => userText(key.publicKey, siteRights(site))),
  ];
  return `listen: 0.0.0.0:4222
jetstream { store_dir: ${JSON.stringify(store)} }
authorization { users = [
${users.join(',\n')}
] }
`;
}
