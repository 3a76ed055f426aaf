import { makeBridge } from './bridge.ts';
import { must, type Undo } from './process.ts';
import { TRUNK } from './net.ts';

/** Addresses of the central lab (RFC 2544: 198.18.0.0/15). */
export const OFFICE = '198.18.30.254';
export const SITES = { north: '198.18.30.1', south: '198.18.30.2', west: '198.18.30.3' };
export const PHONES_OF = { north: '198.18.33.1', south: '198.18.33.2' };
export const SCANNER = '198.18.31.66';
export const STRANGER = '198.18.31.67';

/** Names of its network namespaces; links to the sites bear the sites' names in the office's. */
export interface CentralNet {
  readonly office: string;
  readonly north: string;
  readonly south: string;
  readonly west: string;
  readonly scanner: string;
  readonly phones: string;
  readonly trunk: string;
}

/** Namespaces on one bridge, which stands in the office's; the machine's own sees none of it. */
export async function makeCentralNet(undo: Undo): Promise<CentralNet> {
  const suffix = Math.random().toString(36).slice(2, 8);
  const named = (what: string): string => `central-${what}-${suffix}`;
  const net: CentralNet = {
    office: named('off'),
    north: named('north'),
    south: named('south'),
    west: named('west'),
    scanner: named('scan'),
    phones: named('phone'),
    trunk: named('trunk'),
  };
  await makeBridge(
    undo,
    { netns: net.office, addresses: [OFFICE] },
    {
      north: { netns: net.north, addresses: [SITES.north] },
      south: { netns: net.south, addresses: [SITES.south] },
      west: { netns: net.west, addresses: [SITES.west] },
      scanner: { netns: net.scanner, addresses: [SCANNER, STRANGER] },
      phones: { netns: net.phones, addresses: Object.values(PHONES_OF) },
      trunk: { netns: net.trunk, addresses: [TRUNK] },
    },
  );
  return net;
}

/** Nothing that comes to this port of the site arrives any more, until `mend`. */
export async function cut(netns: string, port: number): Promise<void> {
  const rules = `table inet cut {
  chain in { type filter hook input priority 0; tcp dport ${port} drop; }
}`;
  await must('nft', ['-f', '-'], { netns, input: rules });
}

export async function mend(netns: string): Promise<void> {
  await must('nft', ['delete', 'table', 'inet', 'cut'], { netns });
}
