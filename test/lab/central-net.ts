import { must, run, type Undo } from './process.ts';
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
  for (const name of Object.values(net)) {
    await must('ip', ['netns', 'add', name]);
    undo.add(`netns ${name}`, async () => void (await run('ip', ['netns', 'del', name])));
    await ip(name, ['link set lo up']);
  }
  for (const family of ['iptables', 'ip6tables', 'arptables']) {
    const setting = `net.bridge.bridge-nf-call-${family}=0`;
    await run('sysctl', ['-q', '-w', setting], { netns: net.office });
  }
  await ip(net.office, [
    'link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0',
    'link set br0 up',
    `addr add ${OFFICE}/16 dev br0`,
  ]);
  for (const [name, addresses] of [
    ['north', [SITES.north]],
    ['south', [SITES.south]],
    ['west', [SITES.west]],
    ['scanner', [SCANNER, STRANGER]],
    ['phones', Object.values(PHONES_OF)],
    ['trunk', [TRUNK]],
  ] as const) {
    await ip(net.office, [
      `link add ${name} type veth peer name eth0 netns ${net[name]}`,
      `link set ${name} master br0`,
      `link set ${name} up`,
    ]);
    await ip(net[name], [
      ...addresses.map((address) => `addr add ${address}/16 dev eth0`),
      'link set eth0 up',
    ]);
  }
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

async function ip(netns: string, lines: readonly string[]): Promise<void> {
  await must('ip', ['-n', netns, '-batch', '-'], { input: `${lines.join('\n')}\n` });
}
